//! `ltsctl emulator`: the service on a local address.

use std::path::Path;
use std::sync::Arc;

use super::args::EmulatorArguments;
use super::error::CliError;
use super::exit::Exit;
use super::output::Output;
use super::runtime::block_on;
use super::signals::Interrupts;
use crate::effects::{Chance, SystemClock};
use crate::emulator::{Emulator, FaultComplaint, Faults, Options, serve};
use crate::manifest::{Objection, collect, read_data};
use crate::render::json::FORMAT_VERSION;

pub(super) fn run(arguments: &EmulatorArguments, output: &Output) -> Result<Exit, CliError> {
    let faults = arguments.faults.as_deref().map(read_faults).transpose()?;
    let options = Options {
        profile: arguments.profile,
        data: arguments.data.clone(),
        clock: Arc::new(SystemClock),
        chance: Chance::from_system(),
    };
    let service = Emulator::open(options).map_err(|error| CliError::new(Exit::Error, "emulator", error.to_string()))?;
    if let Some(faults) = faults {
        service.inject(faults);
    }
    if !arguments.listen.ip().is_loopback() {
        output.error("warning: this address can be reached from outside; the emulator's keys are public\n");
    }
    block_on(async {
        let listener = tokio::net::TcpListener::bind(arguments.listen).await.map_err(|error| {
            CliError::new(Exit::Error, "emulator", format!("cannot listen on {}: {error}", arguments.listen))
                .help("choose another address with `--listen`; port 0 takes any free one")
        })?;
        let address =
            listener.local_addr().map_err(|error| CliError::new(Exit::Error, "emulator", error.to_string()))?;
        let origin = format!("http://{address}");
        if output.is_json() {
            output.document(&Greeting::of(&service, &origin));
        } else {
            output.result(&greet(&service, &origin));
        }
        let mut interrupts = Interrupts::listen()?;
        let (sender, receiver) = tokio::sync::oneshot::channel::<()>();
        let shutdown = async move {
            let _ = receiver.await;
        };
        let serving = serve(&service, listener, shutdown);
        tokio::pin!(serving);
        let served = tokio::select! {
            served = &mut serving => served,
            _ = interrupts.next() => {
                let _ = sender.send(());
                tokio::select! {
                    served = &mut serving => served,
                    // Connections that stay open do not hold the end up: what
                    // was acknowledged is on disk.
                    () = tokio::time::sleep(std::time::Duration::from_secs(1)) => Ok(()),
                    _ = interrupts.next() => Ok(()),
                }
            }
        };
        served.map_err(|error| CliError::new(Exit::Error, "emulator", error.to_string()))?;
        Ok(Exit::Done)
    })
}

/// Reads a file of faults.
fn read_faults(file: &Path) -> Result<Faults, CliError> {
    let judge = |value: &serde_json::Value| {
        Faults::read(value).map_err(|complaints| {
            let objection = |FaultComplaint { path, message, help }| Objection { path, message, help };
            complaints.into_iter().map(objection).collect()
        })
    };
    let sources = collect(&[file.to_owned()]).map_err(CliError::about_faults)?;
    match sources.as_slice() {
        [source] => read_data(source, judge).map_err(CliError::about_faults),
        _ => Err(CliError::usage("`--faults` takes one file")),
    }
}

/// What a script needs to reach the emulator. Its credentials are public.
#[derive(serde::Serialize)]
struct Greeting<'a> {
    format_version: &'static str,
    origin: &'a str,
    profile: &'a str,
    region: &'a str,
    project_id: &'a str,
    domain_id: &'a str,
    access_key: &'a str,
    secret_key: &'a str,
    user_name: &'a str,
    user_password: &'a str,
    domain_name: &'a str,
    /// How many rules of what goes wrong there are.
    fault_rules: usize,
}

impl<'a> Greeting<'a> {
    fn of(service: &Emulator, origin: &'a str) -> Self {
        let account = service.account();
        Self {
            format_version: FORMAT_VERSION,
            origin,
            profile: service.profile().as_str(),
            region: account.region,
            project_id: account.project_id,
            domain_id: account.domain_id,
            access_key: account.access_key,
            secret_key: account.secret_key,
            user_name: account.user_name,
            user_password: account.password,
            domain_name: account.domain_name,
            fault_rules: service.faults().rules.len(),
        }
    }
}

/// Says how to point programs at the emulator.
fn greet(service: &Emulator, origin: &str) -> String {
    let account = service.account();
    let profile = service.profile();
    let faults = match service.faults().rules.len() {
        0 => String::new(),
        1 => format!("1 rule of what goes wrong: {origin}/emulator/faults\n"),
        rules => format!("{rules} rules of what goes wrong: {origin}/emulator/faults\n"),
    };
    format!(
        "LTS emulator, profile {profile}, on {origin} (admin API: {origin}/emulator)\n{faults}\
         \n\
         # environment, for ltsctl and for Terraform's provider\n\
         export HW_REGION_NAME={region}\n\
         export HW_PROJECT_ID={project}\n\
         export HW_ACCESS_KEY={access_key}\n\
         export HW_SECRET_KEY={secret_key}\n\
         export HW_AUTH_URL={origin}/v3\n\
         # or, instead of the key\n\
         export HW_USER_NAME={user} HW_USER_PASSWORD={password} HW_DOMAIN_NAME={domain}\n\
         # for the vendor's SDKs: .with_endpoint(\"{origin}\") and\n\
         export HUAWEICLOUD_SDK_AK={access_key} HUAWEICLOUD_SDK_SK={secret_key} HUAWEICLOUD_SDK_PROJECT_ID={project}\n\
         export HUAWEICLOUD_SDK_IAM_ENDPOINT={origin}\n\
         \n\
         # ltsctl manifest; it alone names the endpoint of LTS, and commands without `-f` go to the real service\n\
         target: {{region: {region}, project_id: {project}, endpoints: {{lts: \"{origin}\", iam: \"{origin}\"}}}}\n\
         # Terraform provider block\n\
         endpoints = {{ lts = \"{origin}\", iam = \"{origin}\" }}\n\n",
        region = account.region,
        project = account.project_id,
        access_key = account.access_key,
        secret_key = account.secret_key,
        user = account.user_name,
        password = account.password,
        domain = account.domain_name,
    )
}
