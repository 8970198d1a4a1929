import { svg, type SVGTemplateResult } from 'lit';

/** Icons of the dashboard alone, drawn as those of the room: 20 px grid, one stroke of 1.5 px. */
function icon(shapes: SVGTemplateResult): SVGTemplateResult {
  return svg`<svg class="icon" viewBox="0 0 20 20" width="20" height="20" fill="none" stroke="currentColor"
    stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${shapes}</svg>`;
}

export const overviewIcon = icon(svg`<path d="M3.5 15.5V4.5M3.5 15.5h13M6.5 12l3-3.5 2.5 2L16 6"/>`);
export const roleIcon = icon(
  svg`<path d="M10 2.75l5.75 2v4.5c0 3.75-2.4 6.5-5.75 8-3.35-1.5-5.75-4.25-5.75-8v-4.5zM7.5 9.75l1.75 1.75 3.25-3.5"/>`,
);
export const banIcon = icon(svg`<circle cx="10" cy="10" r="6.75"/><path d="M5.25 5.25l9.5 9.5"/>`);
export const inviteIcon = icon(
  svg`<rect x="3" y="4.75" width="14" height="10.5" rx="2"/><path d="M3.5 6l6.5 5 6.5-5"/>`,
);
export const auditIcon = icon(
  svg`<rect x="4.25" y="3" width="11.5" height="14" rx="2"/><path d="M7.25 7h5.5M7.25 10h5.5M7.25 13h3"/>`,
);
export const webhookIcon = icon(
  svg`<path d="M7.75 12.25l4.5-4.5M8.75 6.5l1.5-1.5a3.35 3.35 0 0 1 4.75 4.75l-1.5 1.5M11.25 13.5l-1.5 1.5A3.35 3.35 0 0 1 5 10.25l1.5-1.5"/>`,
);
export const keyIcon = icon(
  svg`<circle cx="7" cy="13" r="3.25"/><path d="M9.5 10.5l6.75-6.75M13 7l2.25 2.25M15 5l1.5 1.5"/>`,
);
export const backupIcon = icon(
  svg`<ellipse cx="10" cy="5" rx="6.25" ry="2.25"/><path d="M3.75 5v10c0 1.25 2.8 2.25 6.25 2.25s6.25-1 6.25-2.25V5M3.75 10c0 1.25 2.8 2.25 6.25 2.25s6.25-1 6.25-2.25"/>`,
);
export const stressIcon = icon(svg`<path d="M3 14.5a7 7 0 1 1 14 0M10 14.5l3.25-4.25"/>`);
export const logIcon = icon(
  svg`<rect x="3" y="4" width="14" height="12" rx="2"/><path d="M6 8l2.25 2L6 12M10.5 12.25h3.5"/>`,
);
export const menuIcon = icon(svg`<path d="M3.5 5.5h13M3.5 10h13M3.5 14.5h13"/>`);
export const moreIcon = icon(svg`<path d="M4.5 10h.01M10 10h.01M15.5 10h.01" stroke-width="2.25"/>`);
export const plusIcon = icon(svg`<path d="M10 4.25v11.5M4.25 10h11.5"/>`);
export const copyIcon = icon(
  svg`<rect x="7" y="7" width="9.5" height="9.5" rx="2"/><path d="M13 7V5.5a2 2 0 0 0-2-2H5.5a2 2 0 0 0-2 2V11a2 2 0 0 0 2 2H7"/>`,
);
export const checkIcon = icon(svg`<path d="M4.5 10.5l3.5 3.5 7.5-8"/>`);
export const searchIcon = icon(svg`<circle cx="8.75" cy="8.75" r="5"/><path d="M12.5 12.5l4 4"/>`);
export const backIcon = icon(svg`<path d="M12 5.5L7.5 10l4.5 4.5"/>`);
