/* How the page of explain looks: light and dark as the browser wishes. Views are switched by radio
 * buttons in front of the page, so it needs no script, and allows none. */
#include "explain_page.h"

const char *const explain_css[] = {
    ":root{color-scheme:light dark;--paper:#fdfcf9;--panel:#f4f2ec;--ink:#24211c;"
    "--soft:#6f6a60;--line:#dedad0;--accent:#2f5d8a;--gone:#b3261e;--gone-b:#fbe3df;"
    "--new:#1b6e3c;--new-b:#dcf2e1;--bad:#b3261e;--c0:#8a8375;--c1:#b7791f;--c2:#2b6cb0;"
    "--c3:#97266d;--c4:#2f855a;--c5:#6b46c1;--c6:#c05621;--c7:#087f8c}",
    "@media(prefers-color-scheme:dark){:root{--paper:#181a1d;--panel:#212428;--ink:#e6e2da;"
    "--soft:#9c978c;--line:#363a40;--accent:#8ab8e6;--gone:#ff9a90;--gone-b:#4a2322;"
    "--new:#86dba0;--new-b:#1d3d29;--bad:#ff8a80;--c0:#a8a294;--c1:#f0b95b;--c2:#79b4f2;"
    "--c3:#ee8ac2;--c4:#74d3a0;--c5:#b9a0f5;--c6:#f4a072;--c7:#5fd0dc}}",
    "*{box-sizing:border-box}",
    "body{margin:0;background:var(--paper);color:var(--ink);"
    "font:15px/1.5 system-ui,-apple-system,\"Segoe UI\",\"DejaVu Sans\",sans-serif}",
    "header{padding:1.4rem 2rem 1rem;border-bottom:1px solid var(--line)}",
    "h1{margin:0;font-size:1.25rem;font-weight:650;overflow-wrap:anywhere}",
    "header p{margin:.2rem 0 0;color:var(--soft)}",
    "h2{margin:0 0 .2rem;font-size:1.15rem}",
    "h3{margin:1.8rem 0 .5rem;font-size:1rem}",
    "h3 small,h2 small{font-weight:400;color:var(--soft)}",
    ".badge{display:inline-block;padding:0 .55em;border-radius:1em;background:var(--new-b);"
    "color:var(--new);font-weight:600}",
    ".badge.bad{background:var(--gone-b);color:var(--gone)}",
    ".radio{position:absolute;opacity:0;pointer-events:none}",
    ".frame{display:grid;grid-template-columns:17rem minmax(0,1fr);align-items:start}",
    "nav{position:sticky;top:0;max-height:100vh;overflow:auto;padding:1rem .8rem 2rem;"
    "font-size:.93rem}",
    "nav p{margin:1.2rem .7rem .3rem;color:var(--soft);font-size:.8rem;"
    "letter-spacing:.06em;text-transform:uppercase}",
    "nav label{display:grid;grid-template-columns:1fr auto;gap:0 .6rem;"
    "padding:.38rem .7rem;border-radius:.5rem;cursor:pointer;overflow-wrap:anywhere}",
    "nav label:hover{background:var(--panel)}",
    "nav small{color:var(--soft);font-variant-numeric:tabular-nums;white-space:nowrap}",
    "nav i{grid-column:1/-1;height:3px;border-radius:2px;background:var(--line);"
    "overflow:hidden;margin-top:.25rem}",
    "nav i b{display:block;height:100%;background:var(--accent);opacity:.75}",
    "main{padding:1.5rem 2.5rem 4rem;min-height:80vh;border-left:1px solid var(--line)}",
    "section{display:none;max-width:52rem}",
    ".about{margin:0 0 1rem;color:var(--soft)}",
    ".text{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:plaintext;"
    "font:1.06rem/1.72 Charter,\"Bitstream Charter\",\"Source Serif 4\",Georgia,\"DejaVu "
    "Serif\",serif}",
    ".diff{font:.95rem/1.65 Charter,Georgia,\"DejaVu Serif\",serif}",
    ".gap{margin:.5rem 0;text-align:center;color:var(--soft);"
    "font:.8rem system-ui,sans-serif}",
    ".gap:before,.gap:after{content:\"\";display:inline-block;width:3rem;"
    "border-top:1px dashed var(--line);margin:0 .8rem;vertical-align:middle}",
    "del{background:var(--gone-b);color:var(--gone);text-decoration-thickness:1px;"
    "border-radius:2px}",
    "ins{background:var(--new-b);color:var(--new);text-decoration:none;border-radius:2px}",
    ".sign{font:.72em ui-monospace,\"DejaVu Sans Mono\",monospace;opacity:.75;"
    "border:1px solid currentColor;border-radius:3px;padding:0 .2em;margin:0 .1em}",
    ".break{display:inline-block;text-decoration:none;opacity:.6;font-size:.8em}",
    ".all del,.all ins{color:inherit;"
    "background:color-mix(in srgb,var(--k) 20%,transparent);box-shadow:0 1.5px 0 var(--k)}",
    ".all del{opacity:.82}",
    ".key{display:flex;flex-wrap:wrap;gap:.4rem 1.1rem;margin:0 0 1.2rem;padding:0;"
    "list-style:none;font-size:.88rem;color:var(--soft)}",
    ".key input{accent-color:var(--k);margin:0 .35em 0 0;vertical-align:-.1em}",
    ".key span:before{content:\"\";display:inline-block;width:.8em;height:.8em;"
    "border-radius:3px;background:var(--k);margin-right:.45em;vertical-align:-.05em}",
    "mark{color:inherit;background:none;border-radius:3px}",
    ".span,.place{background:color-mix(in srgb,var(--k) 17%,transparent)}",
    ".span{box-shadow:0 1.5px 0 color-mix(in srgb,var(--k) 70%,transparent)}",
    ".place{font-weight:600;color:color-mix(in srgb,var(--k) 85%,var(--ink))}",
    ".odd{text-decoration:underline dotted;"
    "text-decoration-color:color-mix(in srgb,var(--t) 65%,transparent);"
    "text-decoration-thickness:1px;text-underline-offset:.34em}",
    ".rows{list-style:none;margin:0;padding:0}",
    ".rows li{padding:.65rem .9rem;margin:0 0 .5rem;background:var(--panel);"
    "border-radius:.5rem;border-left:3px solid var(--k)}",
    ".rows .text{font-size:1rem;line-height:1.55}",
    "dl{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;margin:.35rem 0 0;font-size:.84rem}",
    "dl div{display:flex;gap:.4em;min-width:0}",
    "dt{color:var(--soft)}",
    "dd{margin:0;overflow-wrap:anywhere;max-height:6.5em;overflow:auto}",
    ".failed{padding:.8rem 1rem;border-radius:.5rem;background:var(--gone-b);"
    "color:var(--gone)}",
    "@media(max-width:760px){.frame{display:block}header,main{padding:1rem}main{border:0}"
    "nav{position:static;max-height:none;display:flex;flex-wrap:wrap;padding:.5rem;"
    "border-bottom:1px solid var(--line)}nav p,nav i{display:none}nav label{"
    "padding:.3rem .6rem}}",
    "@media print{nav{display:none}.frame{display:block}section{display:block!important;"
    "break-after:page}}",
    NULL};
