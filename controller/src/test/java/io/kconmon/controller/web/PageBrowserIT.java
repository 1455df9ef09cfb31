package io.kconmon.controller.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.controller.web.SimulatedMesh.Setup;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** The page in a real Chromium, beside a simulated mesh. After each test: no complaint, and no request elsewhere. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PageBrowserIT {

    private static final Duration QUICK = Duration.ofMillis(300);
    private static final String MARKUP = "<img src=x onerror=alert(1)>";

    private Chromium browser;
    private SimulatedMesh mesh;

    @BeforeAll
    void launch() throws Exception {
        browser = new Chromium(1280, 900);
    }

    @AfterAll
    void quit() throws Exception {
        browser.close();
    }

    @BeforeEach
    void forget() {
        browser.size(1280, 900);
        browser.prefers("light");
        browser.open("about:blank");
        browser.await("location.href === 'about:blank'");
        browser.forget();
    }

    @AfterEach
    void nothingToComplainOf() {
        assertEquals(List.of(), browser.complaints());
        List<String> elsewhere = browser.requests().stream()
                .filter(it -> !it.startsWith("http://127.0.0.1:") && !it.equals("about:blank")).toList();
        assertEquals(List.of(), elsewhere);
        mesh.close();
    }

    private void open(Setup setup) {
        mesh = new SimulatedMesh(setup, 0);
        show();
    }

    private void show() {
        browser.open(mesh.address());
        browser.await("document.querySelector('#live')?.dataset.state === 'live'");
    }

    private void awaitText(String selector, String part) {
        browser.await("document.querySelector(%s)?.innerText.includes(%s)".formatted(quote(selector), quote(part)));
    }

    private static String quote(String text) {
        return "'" + text.replace("'", "\\'") + "'";
    }

    private void press(String selector) {
        browser.eval("document.querySelector(" + quote(selector) + ").click()");
    }

    private void filter(String text) {
        browser.eval("document.querySelector('#filter').focus()");
        browser.eval("document.querySelector('#filter').select()");
        browser.type(text);
    }

    private String name(int node) {
        return mesh.nodes().name(node);
    }

    @Test
    void aNewFaultAppearsAndEndsWithoutAReload() {
        open(Setup.of(12, QUICK));
        awaitText("#verdicts", "No fault is known");
        browser.eval("window.same = true");
        String dead = name(5);
        mesh.begin(new Fault.Dead(5));
        awaitText("#verdicts .severe", dead + ": nobody reaches it");
        browser.await("document.title === '(1) kconmon'");
        filter(name(0) + " > " + dead);
        browser.eval("document.querySelector('#matrix').focus()");
        browser.key("Home");
        awaitText("#said", name(0) + " to " + dead + ": no answer. UDP 0 of 5 answered");
        awaitText("#said", "causes 1 × timeout; said by " + name(0));
        mesh.heal();
        awaitText("#verdicts", "No fault is known");
        awaitText("#verdicts .ended", dead + ": nobody reaches it");
        browser.await("document.title === 'kconmon'");
        awaitText("#tip", "as usual");
        assertEquals("true", browser.eval("window.same"));
    }

    @Test
    void theKeyboardReachesEveryCellAndOpensItsLastHour() {
        open(Setup.of(6, QUICK));
        browser.eval("document.querySelector('#filter').focus()");
        browser.key("Tab");
        browser.await("document.activeElement.id === 'matrix'");
        browser.key("ArrowRight");
        awaitText("#said", name(0) + " to " + name(1) + ": as usual. UDP 5 of 5 answered; round trip 0.");
        browser.key("ArrowDown");
        browser.key("ArrowRight");
        awaitText("#said", name(1) + " to " + name(2));
        browser.key("End");
        awaitText("#said", name(1) + " to " + name(5));
        browser.key("ArrowRight");
        browser.key("PageDown");
        awaitText("#said", name(2) + " to " + name(5));
        browser.key("Enter");
        browser.await("document.querySelector('#pair').open");
        browser.await("document.querySelectorAll('#pair .chart').length === 6");
        assertEquals(name(2) + " ⇄ " + name(5), browser.eval("document.querySelector('#pair-title').textContent"));
        browser.await("[...document.querySelectorAll('#pair .line')].every(it => it.getAttribute('d').length > 3000)");
        browser.key("Escape");
        browser.await("!document.querySelector('#pair').open");
        browser.await("document.activeElement.id === 'matrix'");
    }

    @Test
    void nGoesToTheNextUnusualCell() {
        open(Setup.of(6, QUICK));
        mesh.begin(new Fault.Dead(4));
        awaitText("#verdicts", name(4));
        browser.eval("document.querySelector('#matrix').focus()");
        browser.await("document.querySelector('#worst p').innerText.includes('left out')");
        browser.key("n");
        awaitText("#said", name(0) + " to " + name(4) + ": no answer");
        browser.key("n");
        awaitText("#said", name(1) + " to " + name(4) + ": no answer");
    }

    @Test
    void hoveringDescribesACellAndAClickOpensIt() {
        open(Setup.of(12, QUICK));
        String[] at = browser.eval("""
                (() => { const box = document.querySelector('#matrix canvas').getBoundingClientRect();
                  return [box.right - 5, box.top + 30].join(' '); })()""").split(" ");
        browser.pointer(Double.parseDouble(at[0]), Double.parseDouble(at[1]));
        awaitText("#tip", name(0) + " → " + name(11));
        awaitText("#tip", "eu-1a → eu-1c");
        awaitText("#tip", "said by");
        browser.click(Double.parseDouble(at[0]), Double.parseDouble(at[1]));
        awaitText("#pair", name(0) + " ⇄ " + name(11));
        browser.await("document.querySelectorAll('#pair .chart').length === 6");
    }

    @Test
    void namesAreAlwaysShownAsText() {
        mesh = new SimulatedMesh(Setup.of(6, QUICK), 0);
        mesh.nodes().rename(0, MARKUP);
        mesh.nodes().rename(5, "\"><script>alert(2)</script>");
        mesh.begin(new Fault.Dead(0));
        show();
        mesh.begin(new Fault.Slow(1, 5, 9));
        awaitText("#verdicts", MARKUP + ": nobody reaches it");
        awaitText("#worst", "<script>alert(2)</script>");
        press("#worst li button");
        browser.await("document.querySelectorAll('#pair .chart').length === 6");
        awaitText("#pair", "<script>alert(2)</script>");
        browser.key("Escape");
        browser.eval("document.querySelector('#matrix').focus()");
        browser.key("n");
        awaitText("#tip", MARKUP);
        press("#views button[data-key=table]");
        awaitText("#table", MARKUP);
        press("#verdicts .severe");
        browser.await("document.querySelector('#filter').value === " + quote(MARKUP));
        awaitText("#scope", MARKUP);
        assertEquals("0", browser.eval("document.querySelectorAll('img, body script').length"));
    }

    @Test
    void theLayersTellTheDirectionsApart() {
        open(Setup.of(9, QUICK));
        mesh.begin(new Fault.From(1, 0.4));
        awaitText("#verdicts", name(1) + " loses 40.0 % of what it sends");
        layers(name(1) + " > " + name(7), "there", "back");
        layers(name(7) + " > " + name(1), "back", "there");
    }

    private void layers(String pair, String lossy, String well) {
        filter(pair);
        browser.eval("document.querySelector('#matrix').focus()");
        browser.key("Home");
        press("#layers [data-key=" + lossy + "]");
        browser.await(
                "/^\\d\\d % lost on the way " + lossy + "/.test(document.querySelector('#tip .state').textContent)");
        press("#layers [data-key=" + well + "]");
        awaitText("#tip .state", "as usual");
        press("#layers [data-key=tcp]");
        awaitText("#tip .state", "as usual");
    }

    @Test
    void aStalledAgentIsNotTheNetworks() {
        open(Setup.of(6, QUICK));
        mesh.begin(new Fault.Stalled(3));
        awaitText("#verdicts .agent", "the agent on " + name(3) + " is stalled");
        filter(name(0) + " > " + name(3));
        browser.eval("document.querySelector('#matrix').focus()");
        browser.key("Home");
        awaitText("#tip .state", "the agent stalled: its kernel answers");
        awaitText("#worst", "5 pairs that a verdict above tells are left out");
    }

    @Test
    void aPairSlowerThanItsZonesIsShown() {
        open(Setup.of(12, QUICK));
        mesh.begin(new Fault.Slow(0, 11, 4));
        awaitText("#worst", name(0) + " → " + name(11));
        awaitText("#worst", "×4");
        press("#layers [data-key=latency]");
        awaitText("#legend", "×2.5");
        press("#views [data-key=table]");
        browser.await("document.querySelectorAll('#table tbody tr').length === 132");
        browser.await("document.querySelectorAll('#table tbody tr.slow').length === 2");
        press("#table th:nth-child(7) button");
        browser.await("document.querySelector('#table tbody tr').className === 'slow'");
    }

    @Test
    void theTokenIsAskedForAndKeptForTheTabOnly() {
        mesh = new SimulatedMesh(new Setup(3, 1, QUICK, Duration.ofHours(1), "kconmon-marker-secret", true), 0);
        browser.open(mesh.address());
        browser.await("document.querySelector('#token')?.open");
        browser.type("wrong");
        browser.key("Enter");
        awaitText("#token-words", "not accepted");
        browser.type("kconmon-marker-secret");
        browser.key("Enter");
        browser.await("document.querySelector('#live').dataset.state === 'live'");
        assertEquals("kconmon-marker-secret", browser.eval("sessionStorage.getItem('kconmon-token')"));
        assertEquals("undefined", browser.eval("localStorage['kconmon-token']"));
        assertEquals(0, browser.call("Network.getCookies", "{}").arrayValue("cookies").orElseThrow().size());
        browser.call("Page.reload", "{}");
        awaitText("#summary", "3 nodes, 1 zone");
        // The refusals themselves are written to the console by Chromium.
        assertTrue(browser.complaints().stream().allMatch(it -> it.contains("401")), browser.complaints().toString());
        browser.forgive();
    }

    @Test
    void aStalePageSaysSoAndRecovers() {
        open(Setup.of(3, QUICK));
        mesh.mute(true);
        browser.await("document.body.classList.contains('stale')");
        awaitText("#notices", "Stale: what is shown is of ");
        filter(name(0) + " > " + name(1));
        browser.eval("document.querySelector('#matrix').focus()");
        browser.key("Home");
        awaitText("#tip .state", "as usual");
        awaitText("#live", "stale");
        mesh.mute(false);
        browser.await("!document.body.classList.contains('stale')");
        awaitText("#live", "live");
    }

    @Test
    void thePageReconnectsToTheController() {
        open(Setup.of(3, QUICK));
        browser.eval("window.same = true");
        int port = mesh.port();
        mesh.close();
        awaitText("#live", "reconnecting");
        mesh = new SimulatedMesh(Setup.of(4, QUICK), port);
        awaitText("#live", "live");
        awaitText("#summary", "4 nodes");
        assertEquals("true", browser.eval("window.same"));
        assertTrue(browser.complaints().stream().allMatch(it -> it.contains("net::ERR_")),
                browser.complaints().toString());
        browser.forgive();
    }

    /** An event that a connection was broken off in, and one that is no JSON, spoil none after them. */
    @Test
    void anInterruptedMessageIsForgotten() {
        open(Setup.of(3, QUICK));
        String got = browser.eval("""
                import('./stream.js').then(async ({ Stream }) => {
                  const got = [];
                  const stream = new Stream('', (event, data) => got.push(event + ' ' + JSON.stringify(data)),
                      () => {});
                  stream.abort = { abort() {} };
                  for (const text of ['event: verdicts\\ndata: {"half":\\n', 'data: {"a":1}\\n\\n',
                      'event: verdicts\\ndata: {\\n\\n', 'event: status\\ndata: {"b":2}\\n\\n']) {
                    await stream.read(new Response(text).body, stream.abort).catch(e => got.push(e.name));
                  }
                  return got.join('; ');
                })""");
        assertEquals("undefined {\"a\":1}; SyntaxError; status {\"b\":2}", got);
    }

    @Test
    void aNewReplicaAndDisabledReportsAreShown() {
        open(new Setup(3, 1, Duration.ofSeconds(5), Duration.ofSeconds(2), "", true));
        awaitText("#notices", "This replica began ");
        awaitText("#verdicts", "is not known yet");
        mesh.close();
        open(new Setup(3, 1, QUICK, Duration.ofHours(1), "", false));
        awaitText("#notices", "Reports are off (reports.enabled is false)");
        awaitText("#verdicts", "is not known yet");
    }

    @Test
    void anIntervalWithoutATestOfAPairHidesNothing() throws Exception {
        open(Setup.of(6, QUICK));
        mesh.begin(new Fault.Seldom(0, 1));
        filter(name(0) + " > " + name(1));
        browser.eval("document.querySelector('#matrix').focus()");
        browser.key("Home");
        awaitText("#tip", "as usual");
        browser.eval("""
                (() => { window.said = new Set();
                  new MutationObserver(() => said.add(document.querySelector('#tip dd').textContent))
                      .observe(document.querySelector('#tip'), { childList: true, subtree: true }); })()""");
        mesh.awaitTurns(12);
        assertEquals("5 of 5 answered", browser.eval("[...said].join()"));
    }

    @Test
    void aPausedNodeIsNotAFault() {
        open(Setup.of(6, QUICK));
        browser.await("document.querySelector('#summary').innerText.startsWith('6 nodes')");
        mesh.pause(2);
        filter(name(0) + " > " + name(2));
        browser.eval("document.querySelector('#matrix').focus()");
        browser.key("Home");
        awaitText("#tip", "not tested: " + name(2) + " is paused");
        awaitText("#verdicts", "No fault is known");
    }

    @Test
    void aboveTwoHundredNodesZonesComeFirst() {
        open(Setup.of(210, Duration.ofSeconds(5)));
        awaitText("#scope", "210 nodes are too many for one matrix");
        browser.await("document.querySelector('#matrix').hidden");
        press("#zones tbody tr:nth-child(2) td:nth-child(4) button");
        awaitText("#scope", "70 sources × 70 destinations");
        browser.await("!document.querySelector('#matrix').hidden");
        press("#zones tbody tr:nth-child(2) td:nth-child(4) button");
        filter(name(3));
        awaitText("#scope", name(3) + ": its row and its column");
        browser.eval("document.querySelector('#matrix').focus()");
        browser.key("Home");
        awaitText("#said", name(3) + " to " + name(0) + ": as usual");
        browser.key("End");
        awaitText("#said", name(0) + " to " + name(3) + ": as usual");
    }

    @Test
    void darkModeFollowsTheSystemAndTheReader() throws Exception {
        open(Setup.of(6, QUICK));
        String[] at = browser.eval("""
                (() => { const box = document.querySelector('#matrix canvas').getBoundingClientRect();
                  return [Math.round(box.right - 8), Math.round(box.top + 32)].join(' '); })()""").split(" ");
        int x = Integer.parseInt(at[0]);
        int y = Integer.parseInt(at[1]);
        int light = browser.pixel(x, y);
        browser.prefers("dark");
        browser.await("getComputedStyle(document.body).backgroundColor === 'rgb(14, 19, 27)'");
        int dark = browser.pixel(x, y);
        press("#theme");
        browser.await("document.documentElement.dataset.theme === 'light'");
        assertEquals(light, browser.pixel(x, y));
        press("#theme");
        assertEquals(dark, browser.pixel(x, y));
        press("#theme");
        browser.await("document.documentElement.dataset.theme === 'system'");
        assertNotEquals(light, dark);
    }

    @Test
    void timesHaveTheirOffset() {
        browser.timeZone("Asia/Kolkata");
        open(Setup.of(3, QUICK));
        mesh.begin(new Fault.Dead(1));
        awaitText("#verdicts .detail", "UTC+05:30");
        awaitText("#clock", "UTC+05:30");
        press("#clock");
        browser.await("/ UTC ·/.test(document.querySelector('#verdicts .detail').innerText)");
        browser.timeZone("UTC");
    }

    @Test
    void nothingIsWiderThanASmallScreen() {
        browser.size(390, 844);
        open(Setup.of(30, QUICK));
        Scene.showing(mesh);
        awaitText("#verdicts", "nobody reaches it");
        awaitText("#worst", "lost");
        assertEquals("true", browser.eval("document.documentElement.scrollWidth <= 390"));
        press("#views [data-key=table]");
        browser.await("document.querySelectorAll('#table tbody tr').length > 100");
        assertEquals("true", browser.eval("document.documentElement.scrollWidth <= 390"));
    }

    @Test
    void foreignScriptsAreRefused() {
        open(Setup.of(3, QUICK));
        assertEquals("refused", browser
                .eval("""
                        (() => { try { document.body.innerHTML = '<b>x</b>'; return 'done'; } catch { return 'refused'; } })()"""));
        browser.eval("fetch('http://127.0.0.2:1/').then(() => 'done', () => 'refused')");
        browser.await("document.querySelector('#live').dataset.state === 'live'");
        assertTrue(browser.complaints().stream().anyMatch(it -> it.contains("connect-src")),
                browser.complaints().toString());
        assertTrue(browser.complaints().stream().anyMatch(it -> it.toLowerCase(java.util.Locale.ROOT)
                .contains("trusted")), browser.complaints().toString());
        browser.forget();
    }
}
