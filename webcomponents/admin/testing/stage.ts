// Tells what a session of the DevTools protocol can do in the browsers of this provider.
import type {} from '@vitest/browser-playwright';
import { onTestFinished } from 'vitest';
import { cdp, page } from 'vitest/browser';
import { find, mount, settled } from '../../testing/stage.ts';
import { AdminApp } from '../admin-app/admin-app.ts';
import { Session } from '../api/session.ts';
import { FakeApi } from './fake-api.ts';

const apis = new WeakMap<AdminApp, FakeApi>();
const STILL_ROUNDS = 8;

export interface Stage {
  readonly app: AdminApp;
  readonly api: FakeApi;
}

/** Opens the dashboard at an address, over a made server, as wide and in the language as asked. */
export async function open(hash: string, api = new FakeApi(), width = 1280, lang = 'en'): Promise<Stage> {
  await page.viewport(width, 800);
  history.replaceState(null, '', `${location.pathname}${location.search}#${hash}`);
  const app = Object.assign(new AdminApp(), { session: new Session(api.fetch), lang });
  apis.set(app, api);
  await mount(app);
  await quiet(app);
  onTestFinished(() => {
    history.replaceState(null, '', location.pathname + location.search);
  });
  return { app, api };
}

/** Waits until what was begun has been answered and shown. */
export async function quiet(app: AdminApp): Promise<void> {
  // Each answer may lead to a rendering that asks for more.
  for (let still = 0; still < STILL_ROUNDS; still++) {
    await new Promise((resolve) => setTimeout(resolve));
    await settled(app);
    if (app.session.status === 'starting' || (apis.get(app)?.pending ?? 0) > 0) still = -1;
  }
}

/** All that match inside the shadow roots below, in their order. */
export function allIn(root: ParentNode, selector: string): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (const element of root.querySelectorAll<HTMLElement>('*')) {
    if (element.matches(selector)) found.push(element);
    if (element.shadowRoot !== null) found.push(...allIn(element.shadowRoot, selector));
  }
  return found;
}

/** A control by what it is called, wherever it is. */
export function named(app: AdminApp, selector: string, name: string): HTMLElement {
  const called = (element: HTMLElement): string =>
    (element.ariaLabel ?? element.textContent).replaceAll(/\s+/g, ' ').trim();
  const found = allIn(app.renderRoot, selector).find((element) => called(element) === name);
  if (found === undefined) {
    const names = allIn(app.renderRoot, selector).map(called);
    throw new Error(`No ${selector} is called “${name}”, but: ${names.join(', ')}.`);
  }
  return found;
}

export async function press(app: AdminApp, name: string, selector = 'button, a'): Promise<void> {
  named(app, selector, name).click();
  await quiet(app);
}

/** Types into the field with this label. */
export async function fill(app: AdminApp, label: string, value: string): Promise<void> {
  const name = named(app, 'label', label) as HTMLLabelElement;
  const root = name.getRootNode() as ShadowRoot;
  const control = root.getElementById(name.htmlFor) as HTMLInputElement | HTMLSelectElement;
  control.value = value;
  control.dispatchEvent(new Event('input', { bubbles: true }));
  control.dispatchEvent(new Event('change', { bubbles: true }));
  await quiet(app);
}

/** Sends the form in which there is a control of this name. */
export async function send(app: AdminApp, button: string): Promise<void> {
  const found = named(app, 'form button', button) as HTMLButtonElement;
  found.form?.requestSubmit(found);
  await quiet(app);
}

/** Chooses from the menu of something. */
export async function choose(app: AdminApp, of: string, item: string): Promise<void> {
  await press(app, `Actions for ${of}`, 'button');
  const menu = allIn(app.renderRoot, '[role=menu]').find((one) => one.matches(':popover-open'));
  const entry = [...(menu?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])].find((one) =>
    one.textContent.trim().startsWith(item),
  );
  if (entry === undefined) throw new Error(`The menu of ${of} has no ${item}.`);
  entry.click();
  await quiet(app);
}

/** What was told in the line at the foot. */
export function toast(app: AdminApp): string {
  return find(app, 'admin-toasts >>> [role=status]').textContent.replaceAll(/\s+/g, ' ').trim();
}

export async function go(app: AdminApp, hash: string): Promise<void> {
  const moved = new Promise((resolve) => window.addEventListener('hashchange', resolve, { once: true }));
  location.hash = hash;
  await moved;
  await quiet(app);
}

/** Shows the page as a system with forced colours does, until the test ends. */
export async function forceColours(): Promise<void> {
  const emulate = (value: string): Promise<unknown> =>
    cdp().send('Emulation.setEmulatedMedia', { features: [{ name: 'forced-colors', value }] });
  await emulate('active');
  onTestFinished(async () => {
    await emulate('none');
  });
}
