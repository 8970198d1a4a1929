import axe from 'axe-core';
import type { LitElement } from 'lit';
import { expect, onTestFinished } from 'vitest';

/** Puts an element into the page for one test, and waits until all inside has rendered. */
export async function mount<E extends LitElement>(element: E, around: HTMLElement = document.body): Promise<E> {
  document.documentElement.lang = 'en';
  around.append(element);
  onTestFinished(() => element.remove());
  await settled(element);
  return element;
}

/** Waits until an element and every element in its shadow roots has rendered. */
export async function settled(element: LitElement): Promise<void> {
  await element.updateComplete;
  const inner = [...element.renderRoot.querySelectorAll('*')].filter(isLit);
  await Promise.all(inner.map(settled));
}

function isLit(element: Element): element is LitElement {
  return 'updateComplete' in element;
}

/** The first match of a selector; ` >>> ` goes into a shadow root. */
export function find(from: LitElement, path: string): HTMLElement;
export function find<E extends HTMLElement>(from: LitElement, path: string, type: new () => E): E;
export function find(from: LitElement, path: string, type = HTMLElement): HTMLElement {
  const found = query(from, path);
  if (!(found instanceof type)) throw new Error(`Nothing of that kind matches ${path}.`);
  return found;
}

export function query(from: LitElement, path: string): HTMLElement | null {
  let root: ParentNode | null = from.renderRoot;
  let found: HTMLElement | null = null;
  for (const selector of path.split(' >>> ')) {
    found = root?.querySelector<HTMLElement>(selector) ?? null;
    root = found?.shadowRoot ?? null;
  }
  return found;
}

/** The text of an element as read, with single spaces. */
export function words(element: Element): string {
  return element.textContent.replaceAll(/\s+/g, ' ').replaceAll(' ,', ',').trim();
}

export function once<K extends keyof GlobalEventHandlersEventMap>(
  target: EventTarget,
  type: K,
): Promise<GlobalEventHandlersEventMap[K]> {
  return new Promise((resolve) => {
    target.addEventListener(type, (event) => resolve(event as GlobalEventHandlersEventMap[K]), { once: true });
  });
}

export function key(target: EventTarget, key: string, more: KeyboardEventInit = {}): boolean {
  const code = more.code ?? (key.length === 1 ? `Key${key.toUpperCase()}` : key);
  return target.dispatchEvent(
    new KeyboardEvent('keydown', { key, code, bubbles: true, composed: true, cancelable: true, ...more }),
  );
}

/** What belongs to a page, not to an element in it. */
const PAGE_RULES = ['region', 'landmark-one-main', 'page-has-heading-one', 'document-title', 'heading-order', 'bypass'];

/** Fails with the rule and the element of each violation that axe finds. */
export async function expectAccessible(element: Element): Promise<void> {
  const rules = Object.fromEntries(PAGE_RULES.map((rule) => [rule, { enabled: false }]));
  const { violations } = await axe.run(element, { rules });
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.failureSummary ?? ''}`),
  );
  expect(found).toEqual([]);
}
