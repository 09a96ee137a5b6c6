// Signing in, and setting the first login.

import { byId } from './dom.js';
import { checkKey, checkPassword, hasLogin, isSignedIn, onLogin, setFirstLogin, signOut } from './server.js';

let asking = null; // a promise of the login that is asked for
let signedIn = () => {};
let byKey = false;
let isFirst = false; // no login is set

// ask opens a form, once for all that wait.
function ask() {
  asking ??= new Promise((resolve) => {
    signedIn = () => {
      asking = null;
      for (const form of ['login', 'first']) byId(form).close();
      byId('login-form').reset();
      byId('sign-out').hidden = false;
      resolve();
    };
    byId('login-why').textContent = isSignedIn() ? 'The login has ended, or is not enough for this.' : 'This picket shows alerts to those it knows.';
    const form = byId(isFirst ? 'first' : 'login');
    if (!form.open) form.showModal();
  });
  return asking;
}

function reason(error) {
  switch (error.status) {
    case 401: return byKey ? 'This key is not valid.' : 'The user name or the password is wrong.';
    case 429: return `Too many logins have failed. Try again in ${error.retryAfter || 'some'} seconds.`;
    default: return `The server can\u2019t be asked: ${error.message}`;
  }
}

async function submit(event) {
  event.preventDefault();
  const { username, password, key } = byId('login-form').elements;
  byId('login-error').textContent = '';
  try {
    await (byKey ? checkKey(key.value) : checkPassword(username.value, password.value));
    signedIn();
  } catch (error) {
    byId('login-error').textContent = reason(error);
    (byKey ? key : password).select();
  }
}

function switchKind() {
  byKey = !byKey;
  byId('login-password').hidden = byKey;
  byId('login-key').hidden = !byKey;
  byId('login-switch').textContent = byKey ? 'Use a password' : 'Use an API key';
  byId('login-error').textContent = '';
  byId('login-form').elements[byKey ? 'key' : 'username'].focus();
}

async function submitFirst(event) {
  event.preventDefault();
  const { username, password, again } = byId('first-form').elements;
  const error = byId('first-error');
  error.textContent = password.value === again.value ? '' : 'The two passwords differ.';
  if (error.textContent) return;
  try {
    await setFirstLogin(username.value, password.value);
    await checkPassword(username.value, password.value);
    isFirst = false;
    byId('first').close();
    byId('first-form').reset();
    byId('setup').hidden = true;
    byId('sign-out').hidden = false;
    signedIn();
  } catch (e) {
    error.textContent = e.message;
  }
}

// start returns when it is known which login to ask for.
export async function start() {
  onLogin(ask);
  byId('login').addEventListener('cancel', (event) => event.preventDefault()); // there is nothing behind it
  byId('login-form').addEventListener('submit', submit);
  byId('login-switch').addEventListener('click', switchKind);
  byId('first-form').addEventListener('submit', submitFirst);
  byId('setup-open').addEventListener('click', () => byId('first').showModal());
  byId('first-cancel').addEventListener('click', () => byId('first').close());
  byId('first').addEventListener('close', () => { if (asking) byId('login').showModal(); });
  byId('sign-out').hidden = !isSignedIn();
  byId('sign-out').addEventListener('click', signOut);
  try {
    isFirst = !await hasLogin();
    byId('setup').hidden = !isFirst;
  } catch {
    // the connection is told of elsewhere
  }
}
