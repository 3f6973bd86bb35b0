//! A PIN: four to eight digits, kept only as a hash that takes its time.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, Version};
use argon2::{PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use yima_store::PinHash;

use super::StaffProblem;

/// As somebody typed it. In memory only, for as long as it is looked at.
pub struct Pin(SecretString);

impl Pin {
    const DIGITS: std::ops::RangeInclusive<usize> = 4..=8;
    /// Some 50 ms on a till of ten years ago; a second one at once still fits into its memory.
    const MEMORY_KIB: u32 = 19 * 1024;
    const PASSES: u32 = 2;

    /// # Errors
    /// [`StaffProblem::PinUnfit`] for anything but four to eight ASCII digits.
    pub fn parse(text: SecretString) -> Result<Self, StaffProblem> {
        let digits = text.expose_secret();
        let is_fit = Self::DIGITS.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_fit { Ok(Self(text)) } else { Err(StaffProblem::PinUnfit) }
    }

    /// Blocks for as long as a hash takes; the salt is new each time.
    ///
    /// # Errors
    /// [`StaffProblem::NotHashed`] where the system gives no randomness or no memory.
    pub fn hash(&self) -> Result<PinHash, StaffProblem> {
        let params =
            Params::new(Self::MEMORY_KIB, Self::PASSES, 1, None).map_err(|_| StaffProblem::NotHashed)?;
        let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let hash: PasswordHash =
            hasher.hash_password(self.0.expose_secret().as_bytes()).map_err(|_| StaffProblem::NotHashed)?;
        Ok(PinHash(hash.to_string()))
    }

    /// Blocks for as long as a hash takes. What cannot be read as a hash fits nothing.
    #[must_use]
    pub fn fits(&self, hash: &PinHash) -> bool {
        PasswordHash::new(&hash.0).is_ok_and(|hash| {
            Argon2::default().verify_password(self.0.expose_secret().as_bytes(), &hash).is_ok()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pin(text: &str) -> Result<Pin, StaffProblem> {
        Pin::parse(SecretString::from(text))
    }

    #[test]
    fn a_pin_is_four_to_eight_digits() {
        for text in ["0000", "1234", "12345678"] {
            assert!(pin(text).is_ok(), "{text}");
        }
        for text in ["", "123", "123456789", "12a4", "１２３４", " 1234", "1234\n", "-123", "12.4"] {
            assert_eq!(pin(text).err(), Some(StaffProblem::PinUnfit), "{text:?}");
        }
    }

    #[test]
    fn a_hash_fits_its_pin_alone_and_is_new_each_time() {
        let one = pin("2468").unwrap().hash().unwrap();
        let other = pin("2468").unwrap().hash().unwrap();
        assert!(one.0.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", one.0.len());
        assert!(one != other);
        assert!(pin("2468").unwrap().fits(&one) && pin("2468").unwrap().fits(&other));
        assert!(!pin("2469").unwrap().fits(&one));
        assert!(!one.0.contains("2468"));
        assert!(!pin("2468").unwrap().fits(&PinHash("$argon2id$nonsense".to_owned())));
    }
}
