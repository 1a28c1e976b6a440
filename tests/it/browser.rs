//! A real browser: Chromium without a window, told what to do through ChromeDriver.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use url::{ParseError, Url};

/// How long anything may take to show.
const PATIENCE: Duration = Duration::from_secs(30);

/// What kind of browser a person has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// A large window that runs scripts.
    Desktop,
    /// The same with JavaScript switched off in the settings.
    WithoutScripts,
    /// 360 pixels wide.
    Phone,
}

/// A browser with a profile of its own. It ends with the value.
pub struct Browser {
    pub client: Client,
    driver: Child,
    _profile: TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver ends the browsers that it started.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn tool(variable: &str) -> String {
    std::env::var(variable).unwrap_or_else(|_| panic!("run the suite with tests/run: it sets {variable}"))
}

/// Starts a driver; `None` if it ends without listening.
fn start_driver() -> Option<(Child, u16)> {
    let mut command = Command::new(tool("LESERBRIEF_TEST_CHROMEDRIVER"));
    let mut driver = command.arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
    let listens = |line: std::io::Result<String>| {
        line.unwrap().rsplit_once("successfully on port ")?.1.trim_end_matches('.').parse::<u16>().ok()
    };
    let Some(port) = lines.find_map(listens) else {
        driver.wait().unwrap();
        return None;
    };
    // What it says later is read by nobody, and must not fill the pipe.
    std::thread::spawn(move || lines.for_each(drop));
    Some((driver, port))
}

impl Browser {
    /// Opens a browser that asks for German.
    pub async fn open(manner: Manner) -> Self {
        // It takes a port that is free for one kind of addresses, and gives up where it is not for the other: then it is begun anew.
        let (driver, port) = (0..5).find_map(|_| start_driver()).expect("ChromeDriver says where it listens");

        let profile = tempfile::tempdir().unwrap();
        let size = if manner == Manner::Phone { "360,780" } else { "1100,900" };
        let scripts = if manner == Manner::WithoutScripts { 2 } else { 1 };
        let capabilities = json!({
            "goog:chromeOptions": {
                "binary": tool("LESERBRIEF_TEST_CHROMIUM"),
                "args": [
                    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic",
                    "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
                    "--hide-scrollbars", "--lang=de", format!("--window-size={size}"),
                    format!("--user-data-dir={}", profile.path().display()),
                ],
                "prefs": {"profile.managed_default_content_settings.javascript": scripts, "intl.accept_languages": "de"},
            },
            "goog:loggingPrefs": {"browser": "ALL"},
        });
        let Value::Object(capabilities) = capabilities else { unreachable!("an object was written") };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap();
        let browser = Self { client, driver, _profile: profile };
        if manner == Manner::Phone {
            // A window has a least width; the page inside it has none.
            let metrics = json!({"width": 360, "height": 780, "deviceScaleFactor": 2, "mobile": true});
            browser.tells("Emulation.setDeviceMetricsOverride", metrics).await;
        }
        browser
    }

    pub async fn goes_to(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    /// Scrolls an element into view, where scripts may run: a thread loads when it is near.
    pub async fn scrolls_to(&self, css: &str) {
        self.sees(css).await;
        self.client.execute("document.querySelector(arguments[0]).scrollIntoView()", vec![css.into()]).await.unwrap();
    }

    /// Waits until an element is there.
    pub async fn sees(&self, css: &str) -> fantoccini::elements::Element {
        match self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await {
            Ok(element) => element,
            Err(error) => panic!("{css} never came: {error}\n{}", self.client.source().await.unwrap_or_default()),
        }
    }

    /// Waits until an element says something.
    pub async fn reads(&self, css: &str, words: &str) {
        crate::harness::eventually(&format!("{css} to say {words:?}"), async || {
            let element = self.client.find(Locator::Css(css)).await.ok()?;
            element.text().await.ok().filter(|text| text.contains(words))
        })
        .await;
    }

    pub async fn types(&self, css: &str, text: &str) {
        self.sees(css).await.send_keys(text).await.unwrap();
    }

    pub async fn clicks(&self, css: &str) {
        self.sees(css).await.click().await.unwrap();
    }

    /// Presses keys, one after another, wherever the focus is.
    pub async fn presses(&self, keys: &[&str]) {
        for key in keys {
            self.client.active_element().await.unwrap().send_keys(key).await.unwrap();
        }
    }

    /// Nothing is wider than the window, which nobody would scroll sideways.
    pub async fn fits(&self) {
        let overflow = "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        assert_eq!(self.client.execute(overflow, Vec::new()).await.unwrap(), 0, "nothing is wider than the window");
    }

    /// The accessibility checker finds nothing wrong.
    pub async fn has_no_barriers(&self, page: &str) {
        assert_eq!(self.barriers().await, [""; 0], "{page}");
    }

    /// What the accessibility checker finds on this page: rule, and where.
    pub async fn barriers(&self) -> Vec<String> {
        let rules = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}";
        let (passes, faults) = self.checks(&format!("document, {rules}"), "violations").await;
        assert!(passes > 10, "the checker has looked");
        faults
    }

    /// Texts of elements that are hard to read on what is behind them, and such as the checker cannot tell.
    pub async fn pale(&self, css: &str) -> Vec<String> {
        let what = format!("{{include: [[{css:?}]]}}, {{runOnly: ['color-contrast']}}");
        let (passes, faults) = self.checks(&what, "[...violations, ...incomplete]").await;
        assert!(passes > 0, "the checker has looked at texts");
        faults
    }

    /// Runs the accessibility checker: how many rules have passed, and what is to be told of.
    async fn checks(&self, what: &str, told: &str) -> (i64, Vec<String>) {
        let path = std::env::var("LESERBRIEF_TEST_AXE").expect("run the suite with tests/run: it fetches axe-core");
        let source = std::fs::read_to_string(path).unwrap();
        // Not as a script of the page, which the page's policy forbids.
        self.tells("Runtime.evaluate", json!({"expression": source})).await;
        let run = format!(
            "axe.run({what}).then(({{violations, incomplete, passes}}) => JSON.stringify({{passes: passes.length, faults: ({told}) \
             .flatMap(({{id, nodes}}) => nodes.map(({{target, failureSummary, any}}) => \
             id + ' at ' + target + ': ' + (failureSummary || any[0]?.message)))}}))"
        );
        let parameters = json!({"expression": run, "awaitPromise": true, "returnByValue": true});
        let found = self.tells("Runtime.evaluate", parameters).await;
        let found: Value = serde_json::from_str(found["result"]["value"].as_str().unwrap_or_else(|| panic!("{found}"))).unwrap();
        (found["passes"].as_i64().unwrap(), serde_json::from_value(found["faults"].clone()).unwrap())
    }

    pub async fn count(&self, css: &str) -> usize {
        self.client.find_all(Locator::Css(css)).await.unwrap().len()
    }

    /// Shows the page as it is in the dark.
    pub async fn is_dark(&self) {
        self.prefers("dark").await;
    }

    /// Whether its owner prefers `light` or `dark`.
    pub async fn prefers(&self, scheme: &str) {
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.tells("Emulation.setEmulatedMedia", features).await;
    }

    /// Has a window of another size, so many times larger: 400 % of 1280 pixels are 320 to the page.
    pub async fn has_window(&self, width: u32, height: u32, zoom: u32) {
        let metrics = json!({"width": width / zoom, "height": height / zoom, "deviceScaleFactor": zoom, "mobile": false});
        self.tells("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// What the browser complained about: errors of scripts, breaches of a policy, files that did not load.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.client.issue_cmd(Extension("se/log", json!({"type": "browser"}))).await.unwrap();
        let severe = |entry: &&Value| entry["level"] == "SEVERE" || entry["source"] == "security";
        log.as_array().unwrap().iter().filter(severe).map(|entry| entry["message"].to_string()).collect()
    }

    /// Takes a picture of the whole page into the folder that `TEST_PICTURES` names; without it, none.
    pub async fn shows(&self, name: &str) {
        self.takes_picture(name, Value::Null).await;
    }

    /// The same of one element, with some of what is around it.
    pub async fn shows_part(&self, name: &str, css: &str) {
        let (x, y, width, height) = self.sees(css).await.rectangle().await.unwrap();
        let clip = json!({"x": x - 24.0, "y": y - 8.0, "width": width + 48.0, "height": height + 16.0, "scale": 1});
        self.takes_picture(name, clip).await;
    }

    async fn takes_picture(&self, name: &str, clip: Value) {
        let Ok(folder) = std::env::var("TEST_PICTURES") else { return };
        let mut parameters = json!({"format": "png", "captureBeyondViewport": true});
        if clip.is_object() {
            parameters["clip"] = clip;
        }
        let shot = self.tells("Page.captureScreenshot", parameters).await;
        let png = data_encoding::BASE64.decode(shot["data"].as_str().unwrap().as_bytes()).unwrap();
        std::fs::write(PathBuf::from(folder).join(format!("{name}.png")), png).unwrap();
    }

    /// What a script answers.
    pub async fn runs(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Waits until a script says yes.
    pub async fn until(&self, what: &str, script: &str) {
        crate::harness::eventually(what, async || (self.runs(&format!("return !!({script})")).await == true).then_some(())).await;
    }

    /// Goes on with the tab key until this has the focus.
    pub async fn tabs_to(&self, css: &str) {
        for _ in 0..60 {
            if self.client.active_element().await.unwrap().html(false).await.unwrap()
                == self.sees(css).await.html(false).await.unwrap()
            {
                return;
            }
            self.presses(&["\u{E004}"]).await;
        }
        panic!("the tab key never leads to {css}");
    }

    /// Waits until an element has the focus.
    pub async fn is_at(&self, css: &str) {
        let script = format!("document.activeElement === document.querySelector({css:?})");
        self.until(&format!("{css} to have the focus"), &script).await;
    }

    /// A command of the browser's own protocol.
    pub async fn tells(&self, command: &str, parameters: Value) -> Value {
        let body = json!({"cmd": command, "params": parameters});
        self.client.issue_cmd(Extension("goog/cdp/execute", body)).await.unwrap()
    }
}

/// A command that ChromeDriver has beyond the standard.
#[derive(Debug)]
struct Extension(&'static str, Value);

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.0))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.1.to_string()))
    }
}
