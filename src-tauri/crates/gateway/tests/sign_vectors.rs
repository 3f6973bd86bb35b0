//! Signing against cases made by other code.

use secrecy::SecretString;
use serde::Deserialize;
use yima_gateway::{AppSecret, Credential, Profile, SignType, canonical, sign};

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    sign_type: SignType,
    profile: Profile,
    app_secret: Option<String>,
    body: String,
    canonical: String,
    sign: Option<String>,
}

#[test]
fn all_vectors_reproduce() {
    let Vectors { vectors } = serde_json::from_str(include_str!("sign-vectors.json")).unwrap();
    let mut signed = 0;
    for vector in &vectors {
        let text =
            canonical::text(&vector.body, &vector.profile, vector.sign_type, vector.app_secret.as_deref())
                .unwrap();
        assert_eq!(*text, vector.canonical, "{}", vector.name);
        let (Some(secret), Some(expected)) = (&vector.app_secret, &vector.sign) else { continue };
        let credential = Credential::Md5(AppSecret::new(SecretString::from(secret.as_str())).unwrap());
        assert_eq!(
            sign::signature(&vector.body, &vector.profile, &credential).as_ref(),
            Ok(expected),
            "{}",
            vector.name
        );
        signed += 1;
    }
    assert_eq!((vectors.len(), signed), (24, 16));
}
