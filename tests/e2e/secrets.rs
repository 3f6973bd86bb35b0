//! The signing secret stays where it was put.

use std::{fs, path::Path};

use anyhow::{Result, ensure};
use yima_tests::{
    counter::{COLA, WATER},
    gateway::SECRET_FILE,
    shop::Opening,
};

use crate::story;

#[test]
fn the_secret_is_in_no_file_and_no_command_line() {
    story("secret", &Opening::live(), async |shop| {
        shop.scan_all(&[WATER, COLA]).await?;
        shop.charge().await?;
        shop.pay_by_phone().await?;
        shop.yima(&["receipts", "list"])?;
        let secret = fs::read(shop.folder().join(SECRET_FILE))?;
        let mut holders = Vec::new();
        search(shop.folder(), &secret, &mut holders)?;
        // The sandbox's copy, and the till's own, which a person asked for with --insecure-file.
        holders.retain(|path| path != SECRET_FILE);
        ensure!(holders.len() == 1 && holders[0].contains("secret"), "the secret is in {holders:?}");
        for process in fs::read_dir("/proc")? {
            let line = fs::read(process?.path().join("cmdline")).unwrap_or_default();
            ensure!(!holds(&line, &secret), "the secret is in {}", String::from_utf8_lossy(&line));
        }
        Ok(())
    });
}

fn search(folder: &Path, secret: &[u8], holders: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            search(&path, secret, holders)?;
        } else if path.is_file() && holds(&fs::read(&path).unwrap_or_default(), secret) {
            holders.push(path.file_name().unwrap_or_default().to_string_lossy().into_owned());
        }
    }
    Ok(())
}

fn holds(bytes: &[u8], secret: &[u8]) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret)
}
