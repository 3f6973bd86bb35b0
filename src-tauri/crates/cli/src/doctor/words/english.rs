//! The report in English.

use yima_checkout::doctor::{
    ClockFound, Connection, Finding, Mode, NameLookup, Search, Secret, SettingsFound, Tls, Verdict,
};

use super::{Said, answer, changed};
use crate::table::visible;

pub(super) fn say(finding: &Finding) -> Said {
    match finding {
        Finding::Mode(mode) => self::mode(*mode),
        Finding::Settings(found) => settings(found),
        Finding::Secret(found) => secret(found),
        Finding::Proxy { variables } if variables.is_empty() => Said::new("proxy", "none is set"),
        Finding::Proxy { variables } => {
            Said::new("proxy", format!("{} is set but not used", variables.join(", "))).advising(
                "the till connects directly; if this network needs a proxy, the gateway is out of reach",
            )
        }
        Finding::NameLookup(found) => name_lookup(found),
        Finding::Connection(found) => connection(found),
        Finding::Tls(found) => tls(found),
        Finding::Clock(found) => clock(*found),
        Finding::Latency { answer_ms: Some(ms) } => {
            Said::new("latency", format!("the first answer took {ms} ms"))
        }
        Finding::Latency { answer_ms: None } => Said::new("latency", "not measured"),
        Finding::Signature(verdict) => signature(verdict),
        Finding::ProfileSearch(search) => profile_search(search),
    }
}

fn mode(mode: Mode) -> Said {
    match mode {
        Mode::Live => Said::new("mode", "live"),
        Mode::Practice => Said::new("mode", "practice: the till sells for no real money")
            .advising(
                "practice has a gateway of its own, inside the till; what is checked here is the live set-up",
            )
            .advising("for real money: yima config set mode live"),
        Mode::Unknown => Said::new("mode", "not known"),
    }
}

fn settings(found: &SettingsFound) -> Said {
    const NAME: &str = "settings";
    match found {
        SettingsFound::Complete { base_url, app_id, sign_type, profile } => Said::new(
            NAME,
            format!("complete: {}, app_id {}, {sign_type}", visible(base_url), visible(app_id)),
        )
        .advising(format!(
            "profile: secret_key={} sign_type_signed={} md5_output={} rsa_digest={} amount_form={}",
            profile.secret_key,
            profile.sign_type_signed,
            profile.md5_output,
            profile.rsa_digest,
            profile.amount_form
        )),
        SettingsFound::Missing { key } => {
            Said::new(NAME, format!("{key} is not set")).advising(format!("yima config set {key} VALUE"))
        }
        SettingsFound::BadValue { key, value, problem } => Said::new(
            NAME,
            format!("{key} cannot be \"{}\": {}", visible(value), visible(&problem.to_string())),
        )
        .advising(format!("yima config set {key} VALUE; yima config list --explain tells what it may be")),
        SettingsFound::Unreadable => Said::new(NAME, "the settings file cannot be read"),
    }
}

fn secret(found: &Secret) -> Said {
    const NAME: &str = "secret";
    match found {
        Secret::Keychain { name } => Said::new(NAME, format!("{name} is in the keychain")),
        Secret::File { name } => Said::new(NAME, format!("{name} is kept unencrypted in a file"))
            .advising(format!("where there is a keychain: yima secret set {name} < FILE")),
        Secret::Missing { name } => {
            Said::new(NAME, format!("{name} is not set")).advising(format!("yima secret set {name} < FILE"))
        }
        Secret::NoKeychain { said } => {
            Said::new(NAME, format!("this system has no keychain: {}", visible(said))).advising(
                "start the system's keychain, or keep the secret with yima secret set NAME --insecure-file",
            )
        }
        Secret::NotAnswering => Said::new(NAME, "the keychain does not answer")
            .advising("unlock it, or close what it asks, and try again"),
        Secret::Locked { said } => Said::new(NAME, format!("the keychain is locked: {}", visible(said)))
            .advising("unlock the keychain and try again"),
        Secret::Unusable(problem) => {
            Said::new(NAME, format!("it cannot be used: {}", visible(&problem.to_string())))
        }
        Secret::NotLookedFor => Said::new(NAME, "not looked for: the settings do not say which"),
    }
}

fn name_lookup(found: &NameLookup) -> Said {
    const NAME: &str = "name";
    match found {
        NameLookup::Found { host, addresses, took_ms } => {
            Said::new(NAME, format!("{} is {} ({took_ms} ms)", visible(host), addresses.join(", ")))
        }
        NameLookup::NotNeeded { host } => Said::new(NAME, format!("{} needs no name server", visible(host))),
        NameLookup::NotFound { host } => Said::new(NAME, format!("{} was not found", visible(host)))
            .advising("is this machine on the network, and is gateway.base_url spelt right?"),
        NameLookup::NotAsked => Said::new(NAME, "not looked up"),
    }
}

fn connection(found: &Connection) -> Said {
    const NAME: &str = "connection";
    match found {
        Connection::Made { address, took_ms } => Said::new(NAME, format!("to {address} in {took_ms} ms")),
        Connection::None { reason } => Said::new(NAME, format!("none: {reason}"))
            .advising("a firewall, or a wrong port in gateway.base_url"),
        Connection::NotTried => Said::new(NAME, "not tried"),
    }
}

fn tls(found: &Tls) -> Said {
    const NAME: &str = "TLS";
    match found {
        Tls::Trusted { http_status } => Said::new(NAME, format!("trusted (HTTP status {http_status})")),
        Tls::NotUsed { http_status } => {
            Said::new(NAME, format!("not used: the gateway is this machine (HTTP status {http_status})"))
        }
        Tls::NotTrusted => Said::new(NAME, "the certificate is not trusted, or it is no TLS")
            .advising("a clock far off, missing system certificates, or somebody in between who opens TLS"),
        Tls::NoAnswer(reason) => Said::new(NAME, format!("connected, but no answer: {reason}")),
        Tls::NotTried => Said::new(NAME, "not tried"),
    }
}

fn clock(found: ClockFound) -> Said {
    const NAME: &str = "clock";
    match found {
        ClockFound::Compared { ahead_s } => {
            let way = if ahead_s < 0 { "behind" } else { "ahead of" };
            Said::new(NAME, format!("{} s {way} the gateway's", ahead_s.unsigned_abs())).advising_if(
                ahead_s.unsigned_abs() > 30,
                "set this machine's clock by the network: receipts carry its time",
            )
        }
        ClockFound::NoDate => Said::new(NAME, "the gateway tells no time"),
        ClockFound::NotCompared => Said::new(NAME, "not compared"),
    }
}

fn signature(verdict: &Verdict) -> Said {
    const NAME: &str = "signature";
    match verdict {
        Verdict::Accepted { path } => {
            Said::new(NAME, format!("accepted at {path}, where a wrong one is refused"))
        }
        Verdict::Refused { path, code, msg, canonical } => refused(path, &answer(*code, msg), canonical),
        Verdict::AppIdRefused { code, msg } => {
            Said::new(NAME, format!("the app_id is refused: {}", answer(*code, msg)))
                .advising("compare gateway.app_id with the application id in the merchant back office")
        }
        Verdict::NotEnabled { code, msg } => {
            Said::new(NAME, format!("the application is not enabled: {}", answer(*code, msg)))
                .advising("the gateway's operator has to enable it")
        }
        Verdict::CannotTell => Said::new(
            NAME,
            "cannot be told: this gateway looks the order up first and takes a wrong signature as well",
        )
        .advising(
            "make one sale of 0.01 and cancel it: code 2000 or 3004 means that the signature is refused",
        )
        .advising("or have the gateway's operator check a signature made by yima sign"),
        Verdict::Unclear { path, code, msg } => {
            Said::new(NAME, format!("unclear: {path} answered {}", answer(*code, msg)))
                .advising("yima doctor --find-profile tries the other profiles")
        }
        Verdict::Busy => {
            Said::new(NAME, "the gateway is too busy (5002)").advising("wait some minutes and try again")
        }
        Verdict::NoAnswer(reason) => Said::new(NAME, format!("no answer: {reason}")),
        Verdict::NotAsked => Said::new(NAME, "not asked: something before it is missing"),
    }
}

fn refused(path: &str, answer: &str, canonical: &str) -> Said {
    Said::new("signature", format!("refused at {path}: {answer}"))
        .advising("this text was signed (*** stands for the secret):")
        .advising(visible(canonical))
        .advising("compare it with the text that the operator's signing page or support makes of the same request: order of the")
        .advising("fields, app_sercet or app_secret, with or without sign_type, store_info byte for byte; yima sign helps")
        .advising("compare the secret with the one in the merchant back office, and see that it is this app_id's;")
        .advising("with RSA, that the public key kept there belongs to our private key")
        .advising("yima doctor --find-profile tries the other profiles")
}

fn profile_search(search: &Search) -> Said {
    const NAME: &str = "profile";
    match search {
        Search::Found { changes, tried, .. } => Said::new(NAME, format!("found after {tried}: {}", changed(changes)))
            .advising("amount_form cannot be found this way, since the signed text is the same: should charging answer 3002,")
            .advising("try the other one"),
        Search::None { tried } => Said::new(NAME, format!("all {tried} others are refused too"))
            .advising("so it is the secret, or gateway.sign_type (MD5 or RSA): compare both with the merchant back office"),
        Search::Stopped { tried, verdict } => {
            let stopped = signature(verdict);
            Said { name: NAME, found: format!("stopped after {tried}: {}", stopped.found), advice: stopped.advice }
        }
        Search::NotNeeded => Said::new(NAME, "not searched: no other one would change that"),
    }
}
