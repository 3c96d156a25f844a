/** Of every page. Colours keep a contrast of 4.5 : 1 on their ground, in light and in dark. */
export const style = `
:root{--ink:#1f2329;--quiet:#5b616a;--ground:#f5f6f8;--sheet:#fff;--line:#dee0e3;--link:#1f54d6;--on-link:#fff;
--red:#b42318;--green:#1a7f37;--orange:#8f4a00;--tint:#eef3ff}
@media (prefers-color-scheme:dark){:root{--ink:#ebebeb;--quiet:#a6abb3;--ground:#141416;--sheet:#1f2023;--line:#3a3c40;
--link:#8fb0ff;--on-link:#10131a;--red:#ff9b91;--green:#7ddb94;--orange:#f5b26b;--tint:#232b3d}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);overflow-wrap:anywhere;
font:16px/1.6 "PingFang SC","Noto Sans SC","Microsoft YaHei",system-ui,sans-serif}
header,main{width:min(720px,100%);margin:0 auto;padding:0 16px}
header{display:flex;align-items:center;justify-content:space-between;gap:12px;border-bottom:1px solid var(--line)}
nav ul{display:flex;margin:0 0 0 -10px;padding:0;list-style:none}
nav a{display:block;padding:11px 10px;color:var(--quiet);text-decoration:none;border-bottom:3px solid transparent}
nav a[aria-current]{color:var(--ink);font-weight:600;border-color:var(--link)}
.who{margin:0;color:var(--quiet);font-size:14px;white-space:nowrap}
main{padding-top:16px;padding-bottom:40px;outline:0}
h1{margin:4px 0 12px;font-size:22px;line-height:1.4}
h2{margin:24px 0 8px;font-size:16px}
p{margin:8px 0}
a{color:var(--link)}
.quiet,.facts,small{color:var(--quiet);font-size:14px}
.list{margin:0;padding:0;list-style:none}
.list li{margin:0 0 10px}
.item{display:block;padding:12px 16px;border:1px solid var(--line);border-radius:10px;background:var(--sheet);color:var(--ink);text-decoration:none}
.item:hover{border-color:var(--link)}
.item strong{display:block;font-size:16px}
.item span{display:block;color:var(--quiet);font-size:14px}
.item .late,.late{color:var(--red)}
.item .due,.due{color:var(--orange)}
.item .done,.done{color:var(--green)}
.rows li{padding:8px 0;margin:0;border-bottom:1px solid var(--line)}
.rows li:last-child{border:0}
.rows strong{display:block;font-weight:500}
.rows span{display:block;color:var(--quiet);font-size:14px}
.sheet{margin:0 0 12px;padding:16px;border:1px solid var(--line);border-radius:10px;background:var(--sheet)}
.sheet h2:first-child{margin-top:0}
.say{margin:0 0 12px;padding:12px 16px;border-radius:10px;background:var(--tint)}
.pre{white-space:pre-line}
.button,button{display:inline-flex;align-items:center;justify-content:center;min-height:44px;padding:0 20px;border:1px solid var(--line);border-radius:8px;
background:var(--sheet);color:var(--ink);font:inherit;text-decoration:none;cursor:pointer}
.primary{border-color:var(--link);background:var(--link);color:var(--on-link)}
.acts{display:flex;flex-wrap:wrap;gap:10px;margin:12px 0}
.acts form{display:contents}
@media (max-width:480px){.acts>.button,.acts button{flex:1 1 100%}}
dl{display:grid;grid-template-columns:auto 1fr;gap:4px 16px;margin:8px 0}
dt{color:var(--quiet)}dd{margin:0}
.wide{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:14px}
caption{padding:4px 0;color:var(--quiet);font-size:14px;text-align:left}
tbody th{color:var(--ink)}
summary{cursor:pointer}
.step{margin:0 0 16px}.step label{display:block}
input{width:100%;min-height:44px;margin:4px 0 10px;padding:0 12px;border:1px solid var(--quiet);border-radius:8px;background:var(--sheet);color:var(--ink);font:inherit}
th,td{padding:8px 10px 8px 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
th{color:var(--quiet);font-weight:400}
td.number,th.number{padding-right:20px;text-align:right;white-space:nowrap}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-999px}
.skip:focus{left:8px;top:8px;padding:8px 12px;background:var(--sheet)}
@media print{header,.acts{display:none}}
`;
