//! The only reader of the environment.
//!
//! Credentials come from here and from nowhere else (contract section 4): no
//! flag takes one, and a manifest cannot name one.

use secrecy::SecretString;

use super::output::ColourEnvironment;
use crate::lts::Environment;

/// Reads the variables that matter for a connection.
pub(super) fn read_environment() -> Environment {
    Environment {
        access_key: read("HW_ACCESS_KEY"),
        secret_key: read_secret("HW_SECRET_KEY"),
        security_token: read_secret("HW_SECURITY_TOKEN"),
        sdk_access_key: read("HUAWEICLOUD_SDK_AK"),
        sdk_secret_key: read_secret("HUAWEICLOUD_SDK_SK"),
        sdk_security_token: read_secret("HUAWEICLOUD_SDK_SECURITY_TOKEN"),
        auth_token: read_secret("HW_AUTH_TOKEN"),
        user_name: read("HW_USER_NAME"),
        user_password: read_secret("HW_USER_PASSWORD"),
        domain_name: read("HW_DOMAIN_NAME"),
        region_name: read("HW_REGION_NAME"),
        project_id: read("HW_PROJECT_ID"),
        project_name: read("HW_PROJECT_NAME"),
        cloud: read("HW_CLOUD"),
        auth_url: read("HW_AUTH_URL"),
        trusted_endpoints: read("LTSCTL_TRUSTED_ENDPOINTS")
            .map(|list| list.split([',', ' ']).filter(|host| !host.is_empty()).map(str::to_owned).collect())
            .unwrap_or_default(),
    }
}

/// Reads the index that an Indexed Job of Kubernetes gives each of its pods.
pub(super) fn read_job_index() -> Option<String> {
    read("JOB_COMPLETION_INDEX")
}

/// Reads what the environment says about colour.
pub(super) fn read_colour() -> ColourEnvironment {
    let forced = read("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    match (read("NO_COLOR"), forced) {
        (Some(_), _) => ColourEnvironment::Forbidden,
        (None, true) => ColourEnvironment::Forced,
        (None, false) => ColourEnvironment::Unsaid,
    }
}

/// Says whether JSON was asked for, for the moment in which the command line
/// itself cannot be understood.
pub(super) fn wants_json(arguments: &[std::ffi::OsString]) -> bool {
    let texts: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
    // `-o` may stand at the end of a cluster such as `-qo`.
    let is_short = |text: &str| text.starts_with('-') && !text.starts_with("--") && text.ends_with('o');
    let paired = texts.windows(2).any(|pair| (is_short(pair[0]) || pair[0] == "--output") && pair[1] == "json");
    let joined = texts.iter().any(|text| matches!(*text, "-ojson" | "-o=json" | "--output=json"));
    let spoken = texts.iter().any(|text| text.starts_with("-o") || text.starts_with("--output"));
    paired || joined || (!spoken && read("LTSCTL_OUTPUT").as_deref() == Some("json"))
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
fn read(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn read_secret(name: &str) -> Option<SecretString> {
    read(name).map(SecretString::from)
}
