/**
 * The whole of our own script. Both work on what the page carries without it: a link and a form.
 *
 * In Feishu's client whoever looks is known: requestAccess, or requestAuthCode where the client is older than 6.9
 * (errno 103): open.feishu.cn/document/uYjL24iN/uUzMuUzMuUzM/requestaccess. Anywhere else the link is followed.
 */
export const loginScript = `(() => {
  const form = document.forms[0], link = document.getElementById('go'), said = document.getElementById('said');
  const done = ({ code }) => { form.elements.code.value = code; form.submit(); };
  const wait = (words) => { said.textContent = words; };
  if (!window.h5sdk) return location.replace(link.href);
  const late = setTimeout(wait, 8000, '飞书没有应答，请点下面的按钮登录');
  const old = () => tt.requestAuthCode({ appId: form.dataset.app, success: done, fail: () => wait('登录没有成功，请点下面的按钮再试') });
  h5sdk.ready(() => {
    clearTimeout(late);
    if (!tt.requestAccess) return old();
    tt.requestAccess({ appID: form.dataset.app, scopeList: [], state: form.elements.state.value, success: done,
      fail: ({ errno }) => errno === 103 ? old() : wait('登录没有成功，请点下面的按钮再试') });
  });
})();`;

/** The client opens a document beside the page when the page asks for its address first; otherwise the page makes room. */
export const articleScript = `(() => {
  const link = document.querySelector('a[data-article]');
  if (link && window.h5sdk) link.addEventListener('click', async (event) => {
    if (!event.isTrusted) return;
    event.preventDefault();
    try {
      const answer = await fetch(link.href, { headers: { accept: 'application/json' } });
      const to = document.createElement('a');
      to.href = (await answer.json()).url;
      document.body.append(to);
      to.click();
      to.remove();
    } catch { location.assign(link.href); }
  });
})();`;
