// Requests to the server that the page is from. Paths have no leading slash:
// they are below the folder of the page, wherever a proxy has that.

const patience = 10_000; // ms
const signedOut = 'picket.signed-out'; // in the session's storage, from signing out to the next start

let authorization = null; // kept in memory alone; the server's cookie outlives a reload
let signIn = null; // asks for a login, resolves when there is one

// onLogin says what asks for a login.
export const onLogin = (ask) => { signIn = ask; };

// Refused is an answer that is no success.
export class Refused extends Error {
  constructor(status, text, retryAfter) {
    super(text || `the server answers ${status}`);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

function send(path, { method = 'GET', body, credentials = authorization } = {}) {
  return fetch(path, {
    method, body, cache: 'no-cache', credentials: 'same-origin', signal: AbortSignal.timeout(patience),
    headers: credentials ? { Authorization: credentials } : {},
  });
}

async function refusal(response) {
  const html = (response.headers.get('Content-Type') ?? '').includes('html');
  const text = html ? '' : (await response.text()).trim().replace(/^(ERROR|Invalid request): /, '');
  return new Refused(response.status, text, Number(response.headers.get('Retry-After')));
}

// get returns the JSON at a path. Statuses in also are answers as good as 200.
// Where a login is needed, it waits for that.
export async function get(path, also = []) {
  for (;;) {
    const response = await send(path);
    if (response.ok || also.includes(response.status)) return response.json();
    if (response.status !== 401 || !signIn) throw await refusal(response);
    await signIn();
  }
}

// check tries credentials, and keeps those that are right.
export async function check(path, credentials) {
  dropCookie(); // it would go before them
  const response = await send(path, { credentials });
  if (!response.ok) throw await refusal(response);
  authorization = credentials;
}

function basic(user, password) {
  const octets = new TextEncoder().encode(`${user}:${password}`);
  return `Basic ${btoa(String.fromCharCode(...octets))}`;
}

export const checkPassword = (user, password) => check('session/check_login', basic(user, password));

export const checkKey = (key) => check('session/check_session', `Bearer ${key}`);

export const isSignedIn = () => authorization !== null || /(^|; )KISMET=/.test(document.cookie);

function dropCookie() {
  document.cookie = 'KISMET=; Path=/; Max-Age=0; SameSite=Strict';
}

// signOut starts the page anew without a login. Answers that are on their way
// would bring the cookie back, so that is dropped when none can come any more.
export function signOut() {
  sessionStorage.setItem(signedOut, 'yes');
  location.reload();
}

if (sessionStorage.getItem(signedOut)) {
  sessionStorage.removeItem(signedOut);
  dropCookie();
}

// hasLogin reports whether a login is set.
export async function hasLogin() {
  return (await send('session/check_setup_ok')).status !== 500;
}

export async function setFirstLogin(user, password) {
  const response = await send('session/set_password', { method: 'POST', body: new URLSearchParams({ username: user, password }) });
  if (!response.ok) throw await refusal(response);
}
