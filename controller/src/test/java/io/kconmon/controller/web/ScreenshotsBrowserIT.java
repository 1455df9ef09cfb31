package io.kconmon.controller.web;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The page's pictures, into {@code -Dkconmon.screenshots=FOLDER}; see bench/screenshots. */
@Timeout(300)
final class ScreenshotsBrowserIT {

    private static final int MOST_BYTES = 150_000;

    /** As by default where the pictures are for keeping; otherwise soon. */
    private static final Duration INTERVAL = System.getProperty("kconmon.screenshots") == null
            ? Duration.ofMillis(300)
            : Duration.ofSeconds(5);

    private final Path folder = Path.of(System.getProperty("kconmon.screenshots", "target/screenshots"));

    @Test
    void screenshotsAreTaken() throws Exception {
        Files.createDirectories(folder);
        try (var mesh = new SimulatedMesh(SimulatedMesh.Setup.of(30, INTERVAL), 0);
                var browser = new Chromium(1280, 960)) {
            Scene.showing(mesh);
            browser.timeZone("UTC");
            browser.prefers("light");
            browser.open(mesh.address());
            browser.await("document.querySelectorAll('.verdict.severe').length === 1");
            browser.await("document.querySelectorAll('#worst .spark .line[d^=M]').length >= 3");
            mesh.awaitTurns(7);
            browser.await("[...document.querySelectorAll('#zones td span')].some(it => it.textContent === '0 % lost')");
            save(browser, "page-light.png");
            browser.prefers("dark");
            save(browser, "page-dark.png");
            if (Boolean.getBoolean("kconmon.screenshots.all")) {
                others(mesh, browser);
            }
        }
    }

    /** For who changes the page. */
    private void others(SimulatedMesh mesh, Chromium browser) throws Exception {
        browser.prefers("light");
        browser.size(390, 844);
        save(browser, "narrow-top.png");
        browser.size(390, 2600);
        save(browser, "narrow.png");
        browser.size(1280, 960);
        browser.eval("document.querySelector('#matrix').focus()");
        browser.key("n");
        browser.key("n");
        save(browser, "tip.png");
        browser.key("Enter");
        browser.await("document.querySelectorAll('#pair .chart').length === 6");
        save(browser, "pair.png");
        browser.key("Escape");
        browser.eval("document.querySelector('#views button:last-child').click()");
        save(browser, "table.png");
        browser.eval("document.querySelector('#views button:first-child').click()");
        browser.eval("document.querySelector('.verdict.severe').click()");
        save(browser, "node.png");
        for (int size : new int[]{200, 420}) {
            try (var large = new SimulatedMesh(SimulatedMesh.Setup.of(size, Duration.ofSeconds(2)), 0)) {
                Scene.showing(large);
                browser.open(large.address());
                browser.await("document.querySelectorAll('.verdict.severe').length === 1");
                large.awaitTurns(2);
                save(browser, "nodes-" + size + ".png");
                if (size > 200) {
                    browser.eval("document.querySelectorAll('#zones button')[2].click()");
                    save(browser, "zones-" + size + ".png");
                }
            }
        }
    }

    private void save(Chromium browser, String name) throws Exception {
        browser.drawn();
        byte[] png = SmallPng.of(browser.screenshot());
        Files.write(folder.resolve(name), png);
        assertTrue(png.length <= MOST_BYTES || Boolean.getBoolean("kconmon.screenshots.all"),
                name + " has " + png.length + " bytes");
    }
}
