import { Dashboard } from "./dashboard.js";
import { startRangePicker } from "./range-picker.js";
import { rangeOfAddress } from "./ranges.js";

const range = rangeOfAddress();
const dashboard = new Dashboard(range);

startRangePicker(range, chosen => dashboard.choose(chosen));
dashboard.start();

addEventListener("online", () => dashboard.wake());
addEventListener("pageshow", event => event.persisted && dashboard.wake());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && dashboard.wake());
