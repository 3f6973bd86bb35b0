//! `yima sandbox`: a gateway on this machine, in the foreground until it is told to stop.

use std::fs::File;
use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use secrecy::ExposeSecret;
use yima_sandbox::{Config, Key, Sandbox};

use crate::Done;
use crate::failure::Failure;
use crate::secret::read_bounded;
use crate::till::wait_for;

#[derive(Args)]
pub(crate) struct Options {
    /// On 127.0.0.1; 0 takes any free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The one application it serves, 1 to 32 characters.
    #[arg(long)]
    app_id: String,
    /// A file with the application's secret (MD5) or its public key in PEM (RSA).
    #[arg(long, value_name = "FILE")]
    secret_file: PathBuf,
    /// Keep the orders in this file, so that they are there again after a restart.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Let every order pay itself after so many whole seconds.
    #[arg(long, value_name = "SECONDS")]
    pay_after: Option<u32>,
    /// A member discount in fen on every order.
    #[arg(long, value_name = "FEN", default_value_t = 0, allow_negative_numbers = true, value_parser = clap::value_parser!(i64).range(0..))]
    discount: i64,
}

pub(crate) fn run(options: &Options, out: &mut dyn Write) -> Result<Done, Failure> {
    let mut config = Config::new(&options.app_id, key(&options.secret_file)?);
    config.state_file.clone_from(&options.state);
    config.pay_after = options.pay_after.map(|seconds| Duration::from_secs(seconds.into()));
    config.discount_fen = options.discount;
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
    wait_for(async {
        let stop =
            Stop::listen().map_err(|error| Failure::new(format!("no signal can be waited for: {error}")))?;
        let running = Sandbox::start(config, address)
            .map_err(|error| Failure::new(format!("the sandbox did not start at {address}: {error}")))?;
        writeln!(out, "{}", running.base_url())?;
        out.flush()?;
        stop.wait().await;
        running.shutdown().await;
        Ok(Done::Wholly)
    })
}

fn key(path: &Path) -> Result<Key, Failure> {
    let file = File::open(path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    let secret = read_bounded(file)?;
    if secret.expose_secret().contains("-----BEGIN ") {
        return Ok(Key::rsa(secret.expose_secret()));
    }
    Ok(Key::Md5(secret))
}

/// Ctrl-C, or what a service manager sends; listened for before the address is told to anyone.
struct Stop {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

impl Stop {
    #[cfg(unix)]
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    #[cfg(windows)]
    fn listen() -> io::Result<Self> {
        Ok(Self { interrupt: tokio::signal::windows::ctrl_c()? })
    }

    #[cfg(unix)]
    async fn wait(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    #[cfg(windows)]
    async fn wait(mut self) {
        let _ = self.interrupt.recv().await;
    }
}
