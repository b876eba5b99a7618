// A slim bar for every account, at the top of the analytics page. It shows what /status says, and nothing else:
// every text becomes a text node of React, so none of it is ever read as HTML.
(function () {
  "use strict";
  const sdk = window.__HERMES_PLUGIN_SDK__;
  const plugins = window.__HERMES_PLUGINS__;
  if (!sdk || !plugins) return;

  const h = sdk.React.createElement;
  const { useState, useEffect } = sdk.hooks;
  const NAME = "creditsui";
  const EVERY = 60000;
  const BANDS = ["healthy", "fair", "low", "critical"];

  function words(value) {
    return typeof value === "string" ? value : "";
  }

  function joined(parts) {
    return parts.map(words).filter(Boolean).join(" · ");
  }

  function Bar({ row, said }) {
    const known = typeof row.health === "number";
    const filled = known ? Math.min(Math.max(row.health, 0), 1) * 100 : 0;
    const meter = { role: "meter", "aria-label": words(row.label), "aria-valuetext": said };
    if (known) Object.assign(meter, { "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": Math.round(filled) });
    return h(
      "div",
      { ...meter, className: known ? "creditsui-bar" : "creditsui-bar creditsui-nothing" },
      known ? h("div", { style: { width: filled + "%" } }) : null,
    );
  }

  function Row({ row }) {
    const shown = row.shown || {};
    const left = shown.left === shown.percent ? "" : shown.left;
    const figures = joined([shown.percent, left, shown.lasts]);
    const note = joined([shown.age, words(row.error).replace(/\.$/, ""), row.hint]);
    const band = BANDS.includes(row.band) ? row.band : "unknown";
    const look = "creditsui-row creditsui-" + band + (row.stale ? " creditsui-stale" : "");
    return h(
      "li",
      { className: look, title: joined([row.label, figures, note]) },
      h(
        "div",
        { className: "creditsui-line" },
        h("span", { className: "creditsui-glyph", "aria-hidden": true }, words(shown.glyph)),
        h("span", { className: "creditsui-name" }, words(row.label) || "?"),
        h("span", { className: "creditsui-figure" }, figures),
      ),
      h(Bar, { row, said: joined([band, figures]) }),
      note ? h("div", { className: "creditsui-note" }, note) : null,
    );
  }

  function Credits() {
    const [board, setBoard] = useState(null);
    const [failed, setFailed] = useState(false);

    useEffect(function () {
      let gone = false;
      function look() {
        if (document.hidden) return;
        sdk.fetchJSON("/api/plugins/" + NAME + "/status").then(
          function (answer) {
            if (gone) return;
            setBoard(answer);
            setFailed(false);
          },
          function () {
            if (!gone) setFailed(true);
          },
        );
      }
      look();
      const timer = setInterval(look, EVERY);
      document.addEventListener("visibilitychange", look);
      return function () {
        gone = true;
        clearInterval(timer);
        document.removeEventListener("visibilitychange", look);
      };
    }, []);

    if (!board && !failed) return null;
    const said = board || {};
    const shown = said.shown || {};
    const rows = Array.isArray(said.providers) ? said.providers : [];
    const stale = failed || said.stale === true;
    const trouble = failed ? "creditsui does not answer" : joined([said.error, said.hint]);
    const none = !trouble && !rows.length ? "no accounts yet" : "";
    const age = stale && shown.age ? "stale · " + shown.age : shown.age;
    return h(
      "section",
      { className: stale ? "creditsui creditsui-stale" : "creditsui", "aria-label": "Credits" },
      h(
        "div",
        { className: "creditsui-head" },
        h("span", null, joined(["Credits", shown.left, said.demo ? "DEMO" : ""])),
        h("span", null, joined([trouble || none, age])),
      ),
      rows.length
        ? h(
            "ul",
            { className: "creditsui-rows" },
            rows.map(function (row, index) {
              return h(Row, { key: words(row.account) || index, row });
            }),
          )
        : null,
    );
  }

  plugins.register(NAME, Credits);
  plugins.registerSlot(NAME, "analytics:top", Credits);
})();
