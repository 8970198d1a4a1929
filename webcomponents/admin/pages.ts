import { html, type TemplateResult } from 'lit';
import { chatIcon, peopleIcon, pluginIcon, roomIcon, settingsIcon } from '../icons.ts';
import './admin-audit/admin-audit.ts';
import './admin-backup/admin-backup.ts';
import './admin-bans/admin-bans.ts';
import './admin-invites/admin-invites.ts';
import './admin-keys/admin-keys.ts';
import './admin-logs/admin-logs.ts';
import './admin-messages/admin-messages.ts';
import './admin-overview/admin-overview.ts';
import './admin-people/admin-people.ts';
import './admin-plugins/admin-plugins.ts';
import './admin-roles/admin-roles.ts';
import './admin-rooms/admin-rooms.ts';
import './admin-settings/admin-settings.ts';
import './admin-stress/admin-stress.ts';
import './admin-webhooks/admin-webhooks.ts';
import type { Session } from './api/session.ts';
import {
  auditIcon,
  backupIcon,
  banIcon,
  inviteIcon,
  keyIcon,
  logIcon,
  overviewIcon,
  roleIcon,
  stressIcon,
  webhookIcon,
} from './icons.ts';
import type { Route } from './route.ts';
import type { AdminStrings } from './strings/strings.ts';

type Titled = Exclude<keyof AdminStrings['shell'], 'groups'>;

export interface PageInfo {
  /** As it stands in the address. */
  readonly id: Titled;
  readonly group: keyof AdminStrings['shell']['groups'];
  readonly icon: unknown;
  /** Whether one may do anything there. */
  readonly isFor: (session: Session) => boolean;
  readonly show: (session: Session, route: Route) => TemplateResult;
}

const managers = (session: Session): boolean => session.may('server.manage');

/** The pages, in the order of the navigation. */
export const PAGES: readonly PageInfo[] = [
  {
    id: 'overview',
    group: 'now',
    icon: overviewIcon,
    isFor: managers,
    show: (session, route) => html`<admin-overview .session=${session} .route=${route}></admin-overview>`,
  },
  {
    id: 'rooms',
    group: 'now',
    icon: roomIcon,
    isFor: (session) => session.may('channel.manage') || session.may('member.move'),
    show: (session, route) => html`<admin-rooms .session=${session} .route=${route}></admin-rooms>`,
  },
  {
    id: 'people',
    group: 'now',
    icon: peopleIcon,
    isFor: (session) => session.may('member.kick') || session.may('user.manage'),
    show: (session, route) => html`<admin-people .session=${session} .route=${route}></admin-people>`,
  },
  {
    id: 'messages',
    group: 'now',
    icon: chatIcon,
    isFor: (session) => session.may('chat.delete'),
    show: (session, route) => html`<admin-messages .session=${session} .route=${route}></admin-messages>`,
  },
  {
    id: 'roles',
    group: 'people',
    icon: roleIcon,
    isFor: (session) => session.may('role.manage'),
    show: (session, route) => html`<admin-roles .session=${session} .route=${route}></admin-roles>`,
  },
  {
    id: 'invites',
    group: 'people',
    icon: inviteIcon,
    isFor: (session) => session.may('invite.create'),
    show: (session, route) => html`<admin-invites .session=${session} .route=${route}></admin-invites>`,
  },
  {
    id: 'bans',
    group: 'people',
    icon: banIcon,
    isFor: (session) => session.may('member.ban'),
    show: (session, route) => html`<admin-bans .session=${session} .route=${route}></admin-bans>`,
  },
  {
    id: 'audit',
    group: 'people',
    icon: auditIcon,
    isFor: (session) => session.may('audit.read'),
    show: (session, route) => html`<admin-audit .session=${session} .route=${route}></admin-audit>`,
  },
  {
    id: 'settings',
    group: 'server',
    icon: settingsIcon,
    isFor: managers,
    show: (session, route) => html`<admin-settings .session=${session} .route=${route}></admin-settings>`,
  },
  {
    id: 'plugins',
    group: 'server',
    icon: pluginIcon,
    isFor: (session) => session.may('plugin.manage'),
    show: (session, route) => html`<admin-plugins .session=${session} .route=${route}></admin-plugins>`,
  },
  {
    id: 'webhooks',
    group: 'server',
    icon: webhookIcon,
    isFor: managers,
    show: (session, route) => html`<admin-webhooks .session=${session} .route=${route}></admin-webhooks>`,
  },
  {
    id: 'keys',
    group: 'server',
    icon: keyIcon,
    isFor: managers,
    show: (session, route) => html`<admin-keys .session=${session} .route=${route}></admin-keys>`,
  },
  {
    id: 'backup',
    group: 'server',
    icon: backupIcon,
    isFor: (session) => managers(session) && session.isAdmin,
    show: (session, route) => html`<admin-backup .session=${session} .route=${route}></admin-backup>`,
  },
  {
    id: 'stress',
    group: 'server',
    icon: stressIcon,
    isFor: managers,
    show: (session, route) => html`<admin-stress .session=${session} .route=${route}></admin-stress>`,
  },
  {
    id: 'logs',
    group: 'server',
    icon: logIcon,
    isFor: managers,
    show: (session, route) => html`<admin-logs .session=${session} .route=${route}></admin-logs>`,
  },
];
