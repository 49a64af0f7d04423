// Audits the addresses given as arguments with Lighthouse, as a phone on a slow network would load
// them, and prints one JSON line for each: {url, scores: {category: 0..1}, failed: [audit titles]}.
// CHROMIUM names the browser.
import lighthouse from "lighthouse";
import { launch } from "chrome-launcher";

const CATEGORIES = ["performance", "accessibility", "best-practices"];
const browser = await launch({
  chromePath: process.env.CHROMIUM,
  chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"],
});
try {
  for (const url of process.argv.slice(2)) {
    const { lhr } = await lighthouse(url, {
      port: browser.port,
      onlyCategories: CATEGORIES,
      logLevel: "error",
    });
    const scores = Object.fromEntries(CATEGORIES.map((name) => [name, lhr.categories[name].score]));
    const failed = CATEGORIES.slice(1)
      .flatMap((name) => lhr.categories[name].auditRefs)
      .filter(({ id, weight }) => weight > 0 && lhr.audits[id].score === 0)
      .map(({ id }) => lhr.audits[id].title);
    console.log(JSON.stringify({ url, scores, failed }));
  }
} finally {
  await browser.kill();
}
