import { svg, type SVGTemplateResult } from 'lit';

/** The icons: 20 px grid, one stroke of 1.5 px in the colour of the text around. Decoration: names stand beside them. */
function icon(shapes: SVGTemplateResult): SVGTemplateResult {
  return svg`<svg class="icon" viewBox="0 0 20 20" width="20" height="20" fill="none" stroke="currentColor"
    stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${shapes}</svg>`;
}

export const micIcon = icon(svg`<rect x="7.25" y="2.5" width="5.5" height="9.5" rx="2.75"/>
  <path d="M4.5 9.5a5.5 5.5 0 0 0 11 0M10 15v2.5"/>`);
export const micOffIcon =
  icon(svg`<path d="M12.75 9.25v-4a2.75 2.75 0 0 0-5.2-1.25M7.25 7.75v1.5a2.75 2.75 0 0 0 4 2.45"/>
  <path d="M15.5 9.5a5.5 5.5 0 0 1-.85 2.95M4.5 9.5a5.5 5.5 0 0 0 8.3 4.75M10 15v2.5M3 3l14 14"/>`);
export const headphonesIcon = icon(svg`<path d="M3.25 13v-2.5a6.75 6.75 0 0 1 13.5 0V13"/>
  <rect x="3.25" y="11.5" width="3.5" height="5.5" rx="1.5"/><rect x="13.25" y="11.5" width="3.5" height="5.5" rx="1.5"/>`);
export const headphonesOffIcon =
  icon(svg`<path d="M8 4.05a6.75 6.75 0 0 1 8.75 6.45v3.25M3.25 13v-2.5c0-1.7.63-3.26 1.67-4.45"/>
  <rect x="3.25" y="11.5" width="3.5" height="5.5" rx="1.5"/><path d="M13.25 13.25v2.25a1.5 1.5 0 0 0 2.5 1.1M3 3l14 14"/>`);
export const leaveIcon = icon(
  svg`<path d="M8 3.5H5.5a2 2 0 0 0-2 2v9a2 2 0 0 0 2 2H8M12.75 13.5l3.5-3.5-3.5-3.5M16 10H8"/>`,
);
export const settingsIcon = icon(svg`<path d="M3.5 6h6.25M14.25 6h2.25M3.5 14h2.25M10.25 14h6.25"/>
  <circle cx="12" cy="6" r="2.25"/><circle cx="8" cy="14" r="2.25"/>`);
export const roomIcon = icon(svg`<path d="M3.5 8v4h2.75L10 15V5L6.25 8z"/>
  <path d="M12.75 7.5a3.5 3.5 0 0 1 0 5M15 5.25a6.75 6.75 0 0 1 0 9.5"/>`);
export const whisperIcon = icon(svg`<path d="M4 12.5v-5a3 3 0 0 1 3-3h6a3 3 0 0 1 3 3v2a3 3 0 0 1-3 3H9l-3.5 3.5v-3.5"/>
  <path d="M7.25 8.5h.1M10 8.5h.1M12.75 8.5h.1"/>`);
export const lockIcon = icon(
  svg`<rect x="4.75" y="9" width="10.5" height="7.5" rx="2"/><path d="M7 9V6.5a3 3 0 0 1 6 0V9"/>`,
);
export const chevronIcon = icon(svg`<path d="M8 5.5l4.5 4.5L8 14.5"/>`);
export const chatIcon = icon(
  svg`<path d="M3.5 5.5a2 2 0 0 1 2-2h9a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H9.25L6 16.5v-3h-.5a2 2 0 0 1-2-2z"/>`,
);
export const peopleIcon = icon(
  svg`<circle cx="7.5" cy="6.75" r="2.75"/><path d="M2.5 16a5 5 0 0 1 10 0M13 4.2a2.75 2.75 0 0 1 0 5.1M14.75 11.5A5 5 0 0 1 17.5 16"/>`,
);
export const editIcon = icon(
  svg`<path d="M4 16l.75-3.25 8.4-8.4a1.4 1.4 0 0 1 2 0l.5.5a1.4 1.4 0 0 1 0 2l-8.4 8.4zM11.5 6l2.5 2.5"/>`,
);
export const deleteIcon = icon(
  svg`<path d="M4 5.5h12M8 5.5V4a1 1 0 0 1 1-1h2a1 1 0 0 1 1 1v1.5M5.5 5.5l.65 9.6a1.5 1.5 0 0 0 1.5 1.4h4.7a1.5 1.5 0 0 0 1.5-1.4l.65-9.6"/>`,
);
export const retryIcon = icon(svg`<path d="M16 10a6 6 0 1 1-1.9-4.4L16.25 7.5M16.25 3.75V7.5H12.5"/>`);
export const sendIcon = icon(svg`<path d="M10 16V4.5M5 9.25L10 4.25l5 5"/>`);
export const closeIcon = icon(svg`<path d="M5.25 5.25l9.5 9.5M14.75 5.25l-9.5 9.5"/>`);
export const warningIcon = icon(svg`<path d="M10 3.5L17 16H3zM10 8.5v3.25M10 13.9v.1"/>`);
export const infoIcon = icon(svg`<circle cx="10" cy="10" r="6.75"/><path d="M10 9.25v4M10 6.6v.1"/>`);
export const upIcon = icon(svg`<path d="M10 15.75V4.25M5 9.25l5-5 5 5"/>`);
export const downIcon = icon(svg`<path d="M10 4.25v11.5M5 10.75l5 5 5-5"/>`);

export const copyIcon = icon(svg`<rect x="7" y="7" width="9" height="9.5" rx="2"/>
  <path d="M13 4.75A1.75 1.75 0 0 0 11.25 3H5.5a2 2 0 0 0-2 2v6.25c0 .97.78 1.75 1.75 1.75"/>`);
export const checkIcon = icon(svg`<path d="M4.5 10.5l3.75 3.75L15.5 6"/>`);
export const moreIcon = icon(svg`<path d="M4.5 10h.1M10 10h.1M15.5 10h.1" stroke-width="2.5"/>`);
export const plusIcon = icon(svg`<path d="M10 4.5v11M4.5 10h11"/>`);
export const closedIcon = icon(svg`<circle cx="10" cy="10" r="6.75"/><path d="M5.5 14.5l9-9"/>`);
export const personIcon = icon(svg`<circle cx="10" cy="6.75" r="3"/><path d="M4 16.5a6 6 0 0 1 12 0"/>`);
export const clockIcon = icon(svg`<circle cx="10" cy="10" r="6.75"/><path d="M10 6.25V10l2.5 1.75"/>`);
/** A shield with a stroke through it: by a moderator, not by the person. */
export const shieldMicIcon = icon(svg`<path d="M10 2.75l6 2v4.5c0 3.75-2.5 6.5-6 8-3.5-1.5-6-4.25-6-8v-4.5z"/>
  <rect x="8.5" y="5.75" width="3" height="4.5" rx="1.5"/><path d="M6.75 9.5a3.25 3.25 0 0 0 6.5 0M10 12.75v1"/>`);
export const shieldEarIcon = icon(svg`<path d="M10 2.75l6 2v4.5c0 3.75-2.5 6.5-6 8-3.5-1.5-6-4.25-6-8v-4.5z"/>
  <path d="M6.75 11V9.5a3.25 3.25 0 0 1 6.5 0V11M6.75 9.75v2M13.25 9.75v2"/>`);

/** A piece that fits into others. */
export const pluginIcon = icon(svg`<path d="M3.5 7.25h3.6a2 2 0 1 1 3.8 0h3.6v3.6a2 2 0 1 1 0 3.8v2.1h-11z"/>`);

/** The mark: two jacks and the cord between them. */
export const markIcon = svg`<svg class="mark" viewBox="0 0 40 40" width="40" height="40" fill="none" aria-hidden="true" focusable="false">
  <rect width="40" height="40" rx="10" fill="var(--_accent)"/>
  <g stroke="var(--_on-accent)" stroke-width="2.5" stroke-linecap="round">
    <circle cx="12.5" cy="13.5" r="3.5"/><circle cx="27.5" cy="13.5" r="3.5"/><path d="M12.5 17v3.5a7.5 7.5 0 0 0 15 0V17"/>
  </g></svg>`;
