import * as vscode from 'vscode';
import { credentialPrompt } from './credential-prompt.ts';
import { ask, askNickname, askPassword } from './server-forms.ts';
import type { SignInBoxes } from './sign-in-form.ts';

const { t } = vscode.l10n;

/** The boxes at the top of the window. */
export const SIGN_IN_BOXES: SignInBoxes = {
  async way(server, needsInvitation) {
    const ways = [
      { label: t('I Have an Account'), iconPath: new vscode.ThemeIcon('account'), way: 'account' },
      {
        label: t('Create an Account'),
        iconPath: new vscode.ThemeIcon('person-add'),
        description: needsInvitation ? t('needs an invitation') : '',
        way: 'new',
      },
    ] as const;
    const chosen = await vscode.window.showQuickPick(ways, { title: t('Sign In on {0}', server.host) });
    return chosen?.way;
  },
  username: (server, value, problem) =>
    ask({
      title: t('User Name on {0}', server.host),
      prompt: credentialPrompt(server, problem, t),
      value,
      validate: (text) => (text.trim() === '' ? t('Type a name.') : undefined),
    }),
  nickname: (server, value) => askNickname(server.host, value),
  password: (server, username, problem) =>
    askPassword(t('Password of {0} on {1}', username, server.host), server, problem),
  newPassword: (server, username) =>
    askPassword(t('New Password for {0} on {1}: at Least 8 Characters', username, server.host), server),
  invitation: (server, value, problem) =>
    ask({
      title: t('Invitation Code for {0}', server.host),
      prompt: problem ?? t('This server takes new accounts by invitation: the code is in the link that you were sent.'),
      value,
      validate: (text) => (text.trim() === '' ? t('Type the code.') : undefined),
    }),
};
