//! Finding the profile that a gateway takes, by asking.

use yima_gateway::{Account, Md5Output, Profile, RsaDigest, SecretKey, SignType};
use yima_store::SettingsFile;

use super::Progress;
use super::asking::Asking;
use super::report::{Change, Search, Verdict};
use crate::Clock;
use crate::settings::{self, SettingError};

/// Tries the profiles that `refused` is not, the likeliest first, until one is taken.
pub(super) async fn search<C: Clock>(
    asking: &mut Asking<'_, C>,
    account: &Account,
    tell: &mut impl FnMut(Progress<'_>),
) -> Search {
    let candidates = candidates(account.sign_type, &account.profile);
    let of = candidates.len();
    for (place, profile) in candidates.into_iter().enumerate() {
        let tried = place + 1;
        tell(Progress::Trying { number: tried, of, profile: &profile });
        let candidate = Account { profile, ..account.clone() };
        match asking.verdict(&candidate).await {
            Verdict::Accepted { .. } => {
                let changes = changes(&account.profile, &profile);
                return Search::Found { profile, changes, tried };
            }
            Verdict::Refused { .. } | Verdict::Unclear { .. } => {}
            verdict => return Search::Stopped { tried, verdict },
        }
    }
    Search::None { tried: of }
}

/// Keeps a profile as the settings: half of one would sign like neither. The caller holds the data folder's lock.
///
/// # Errors
/// None of it is kept.
pub fn save_profile(file: &SettingsFile, profile: &Profile) -> Result<(), SettingError> {
    let values = values(profile);
    settings::set_all(file, &values.each_ref().map(|(key, value)| (*key, value.as_str())))
}

/// All other profiles that sign differently: those that differ from the set one in one point, then in more.
fn candidates(sign_type: SignType, set: &Profile) -> Vec<Profile> {
    let mut all = Vec::new();
    for sign_type_signed in [true, false] {
        match sign_type {
            SignType::Md5 => {
                for md5_output in [Md5Output::Base64UpperHex, Md5Output::UpperHex] {
                    for secret_key in [SecretKey::Sercet, SecretKey::Secret] {
                        all.push(Profile { secret_key, sign_type_signed, md5_output, ..*set });
                    }
                }
            }
            SignType::Rsa => {
                for rsa_digest in [RsaDigest::Sha256, RsaDigest::Sha1] {
                    all.push(Profile { sign_type_signed, rsa_digest, ..*set });
                }
            }
        }
    }
    all.retain(|profile| profile != set);
    all.sort_by_key(|profile| changes(set, profile).len());
    all
}

fn changes(from: &Profile, to: &Profile) -> Vec<Change> {
    let pairs = values(from).into_iter().zip(values(to));
    let changed = pairs.filter(|((_, from), (_, to))| from != to);
    changed.map(|((key, from), (_, to))| Change { key, from, to }).collect()
}

fn values(profile: &Profile) -> [(&'static str, String); 5] {
    [
        ("gateway.profile.secret_key", profile.secret_key.to_string()),
        ("gateway.profile.sign_type_signed", profile.sign_type_signed.to_string()),
        ("gateway.profile.md5_output", profile.md5_output.to_string()),
        ("gateway.profile.rsa_digest", profile.rsa_digest.to_string()),
        ("gateway.profile.amount_form", profile.amount_form.to_string()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use yima_gateway::AmountForm;

    fn tried(sign_type: SignType, set: &Profile) -> Vec<String> {
        let changed = |profile: &Profile| {
            let changes = changes(set, profile);
            changes.iter().map(|change| change.to.clone()).collect::<Vec<_>>().join(" ")
        };
        candidates(sign_type, set).iter().map(changed).collect()
    }

    #[test]
    fn one_change_is_tried_before_more_and_only_what_is_signed_is_changed() {
        let set = Profile { amount_form: AmountForm::Number, ..Profile::default() };
        let expected = [
            "app_secret",
            "upper_hex",
            "false",
            "app_secret upper_hex",
            "app_secret false",
            "false upper_hex",
            "app_secret false upper_hex",
        ];
        assert_eq!(tried(SignType::Md5, &set), expected);
        assert_eq!(tried(SignType::Rsa, &set), ["sha1", "false", "false sha1"]);
        let set = Profile { sign_type_signed: false, md5_output: Md5Output::UpperHex, ..set };
        assert_eq!(tried(SignType::Md5, &set).len(), 7);
        assert_eq!(tried(SignType::Rsa, &set), ["true", "sha1", "true sha1"]);
    }

    #[test]
    fn a_kept_profile_is_what_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = SettingsFile::open(&folder.path().join("settings.db")).unwrap();
        let profile = Profile {
            secret_key: SecretKey::Secret,
            sign_type_signed: false,
            md5_output: Md5Output::UpperHex,
            rsa_digest: RsaDigest::Sha1,
            amount_form: AmountForm::Number,
        };
        save_profile(&file, &profile).unwrap();
        assert_eq!(settings::Settings::load(&file).unwrap().profile, profile);
    }
}
