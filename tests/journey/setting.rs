//! A host with a client, a company, a folder of samples, and a provider.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::host::secrets::Search;
use crate::host::{Home, Host, company, folder, redirect_uri};
use crate::samples::{self, Sample};
use crate::sandbox::{Options, Sandbox, walk};

/// Everything that a journey needs.
pub struct Setting {
    pub sandbox: Arc<Sandbox>,
    pub home: Home,
    pub samples: Vec<Sample>,
    pub folder: PathBuf,
}

impl Setting {
    /// A fresh setting with `count` invoices; the company exists, its switch on, without an account.
    pub fn new(count: usize) -> Self {
        Self::with_provider(Arc::new(Sandbox::start(Options::default()).unwrap()), count)
    }

    /// The same with a provider that others use too: another computer of the same people.
    pub fn with_provider(sandbox: Arc<Sandbox>, count: usize) -> Self {
        Self::in_home(sandbox, Home::with_file_vault(), count)
    }

    /// The same in a home that was made before.
    pub fn in_home(sandbox: Arc<Sandbox>, home: Home, count: usize) -> Self {
        home.import_client(&sandbox.client_json(&[&redirect_uri()]));
        let folder = folder(&home, "almacén digital");
        let samples = samples::company_set(&folder, count);
        let setting = Self { sandbox, home, samples, folder };
        let save = setting.company();
        setting.home.host().ok("company.save", save);
        setting
    }

    /// A fresh setting with an account that is signed in and saved.
    pub fn signed_in(count: usize) -> Self {
        Self::new(count).and_sign_in()
    }

    /// Signs in as the first account, and saves it.
    pub fn and_sign_in(self) -> Self {
        let setting = self;
        let mut host = setting.home.host();
        let signed_in = setting.sign_in(&mut host, &walk::Person::willing()).unwrap();
        host.ok("company.save", setting.with_flow(&signed_in));
        setting
    }

    /// RFC of the company.
    pub fn rfc(&self) -> String {
        self.samples[0].issuer.rfc.clone()
    }

    /// The company as `company.save` takes it.
    pub fn company(&self) -> Value {
        company(&self.rfc(), &self.folder)
    }

    /// The same with the account of a finished sign-in.
    pub fn with_flow(&self, signed_in: &Value) -> Value {
        let mut save = self.company();
        save["flow"] = signed_in["flow"].clone();
        save
    }

    /// Orders a fault of the provider.
    pub fn fault(&self, order: Value) {
        self.sandbox.add_fault(&order).unwrap();
    }

    /// Changes the provider's behaviour.
    pub fn behave(&self, patch: Value) {
        self.sandbox.set_behaviour(&patch).unwrap();
    }

    /// How often something happened at the provider.
    pub fn count(&self, name: &str) -> u64 {
        self.sandbox.state()["counters"]["total"][name].as_u64().unwrap()
    }

    /// Secrets in the file vault.
    pub fn secrets(&self) -> usize {
        std::fs::read_dir(self.home.path().join("vault")).unwrap().count()
    }

    /// Begins a sign-in for the company.
    pub fn begin(&self, host: &mut Host) -> Value {
        host.ok("sign_in.begin", json!({"company": self.rfc()}))
    }

    /// Identifier of the company's saved account.
    pub fn account(&self, host: &mut Host) -> Value {
        host.ok("company.list", json!({}))["companies"][0]["account"]["id"].clone()
    }

    /// The company with its account and another position of the switch.
    pub fn with_switch(&self, host: &mut Host, on: bool) -> Value {
        let mut save = self.company();
        save["account"] = self.account(host);
        save["use_oauth"] = json!(on);
        save
    }

    /// Begins, walks through the provider's pages, and completes.
    pub fn sign_in(&self, host: &mut Host, person: &walk::Person) -> Result<Value, Value> {
        let begun = host.call("sign_in.begin", json!({"company": self.rfc()}))?;
        self.finish(host, &begun, person)
    }

    /// Walks through the provider's pages of a flow that was begun, and completes.
    pub fn finish(&self, host: &mut Host, begun: &Value, person: &walk::Person) -> Result<Value, Value> {
        let redirect = walk::consent_blocking(begun["auth_url"].as_str().unwrap(), person).unwrap();
        host.call("sign_in.complete", json!({"flow": begun["flow"], "redirect_url": redirect.as_str()}))
    }

    /// Parameters that send one sample to one recipient.
    pub fn params(&self, index: usize, to: &str) -> Value {
        json!({"company": self.rfc(), "documents": [{"uuid": self.samples[index].uuid}], "to": [to]})
    }

    /// Previews and sends what the preview showed.
    pub fn send(&self, host: &mut Host, params: Value) -> Result<Value, Value> {
        let preview = host.call("delivery.preview", params.clone())?;
        let mut confirmed = params;
        confirmed["confirmed"] = preview["digest"].clone();
        host.call("delivery.send", confirmed)
    }

    /// Sends one sample, and gives the delivery's identifier.
    pub fn queue(&self, host: &mut Host, index: usize, to: &str) -> Value {
        self.send(host, self.params(index, to)).unwrap()["delivery"]["delivery"].clone()
    }

    /// Previews something that may not leave; the kind.
    pub fn refused(&self, host: &mut Host, params: Value) -> String {
        let before = host.ok("delivery.list", json!({}));
        let kind = host.kind("delivery.preview", params);
        assert_eq!(host.ok("delivery.list", json!({})), before, "a refusal queues nothing");
        kind
    }

    /// Works through what is due, in a process of its own, to its end.
    pub fn drain(&self) {
        assert!(self.home.sender().wait().unwrap().success());
    }

    /// Kills the process that works on a delivery.
    #[cfg(unix)]
    pub fn kill_sender(&self, host: &mut Host, delivery: &Value) {
        let detail = host.ok("delivery.get", json!({"delivery": delivery}));
        let process = detail["ledger"].as_array().unwrap().last().unwrap()["process"].as_i64().unwrap();
        crate::host::kill(i32::try_from(process).unwrap());
        self.home.settle();
    }

    /// Follows a delivery until it is in one of these states.
    pub fn until(&self, host: &mut Host, delivery: &Value, states: &[&str]) -> Value {
        crate::host::wait(&format!("{delivery} in {states:?}"), || {
            let detail = host.ok("delivery.get", json!({"delivery": delivery}));
            states.contains(&detail["delivery"]["state"].as_str().unwrap()).then_some(detail)
        })
    }
}

impl Drop for Setting {
    fn drop(&mut self) {
        // A detached sender may still look at the folder that is about to be deleted.
        if !std::thread::panicking() {
            self.home.settle();
            // Whatever the journey was: log, databases with their journals, spool, prints and names of files.
            Search::new().assert_none_below(self.home.path());
        }
    }
}
