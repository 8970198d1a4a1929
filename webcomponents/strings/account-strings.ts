/** What is said about accounts, and about the end of a session. A part of `Strings`. */
export interface AccountStrings {
  readonly account: string;
  readonly signIn: string;
  readonly signInTitle: (serverName: string | null) => string;
  readonly signOut: string;
  readonly signedInAs: (name: string) => string;
  readonly createAccount: string;
  readonly createAccountTitle: (serverName: string | null) => string;
  readonly haveAccount: string;
  readonly asGuest: string;
  readonly username: string;
  readonly newPassword: string;
  readonly currentPassword: string;
  readonly passwordHint: string;
  readonly inviteCode: string;
  readonly inviteHint: string;
  readonly changeNickname: string;
  readonly nicknameChanged: string;
  readonly changePassword: string;
  readonly passwordChanged: string;
  readonly deleteAccount: string;
  readonly deleteAccountText: string;
  readonly dashboard: string;

  readonly kickedTitle: string;
  readonly bannedTitle: string;
  readonly loggedOutTitle: string;
  readonly reasonGiven: (reason: string) => string;
  readonly bannedUntil: (time: string) => string;
  readonly bannedForever: string;
  readonly connectAgain: string;
}

export const englishAccounts: AccountStrings = {
  account: 'Account',
  signIn: 'Sign in',
  signInTitle: (serverName) => (serverName === null ? 'Sign in' : `Sign in to ${serverName}`),
  signOut: 'Sign out',
  signedInAs: (name) => `Signed in as ${name}`,
  createAccount: 'Create account',
  createAccountTitle: (serverName) =>
    serverName === null ? 'Create an account' : `Create an account on ${serverName}`,
  haveAccount: 'I have an account',
  asGuest: 'Come in as a guest',
  username: 'Username',
  newPassword: 'New password',
  currentPassword: 'Current password',
  passwordHint: 'At least 8 characters',
  inviteCode: 'Invite code',
  inviteHint: 'This server is by invitation: the code is in the link that you got.',
  changeNickname: 'Change nickname',
  nicknameChanged: 'The nickname is changed.',
  changePassword: 'Change password',
  passwordChanged: 'The password is changed. Your other devices are signed out.',
  deleteAccount: 'Delete account',
  deleteAccountText: 'Your account is deleted for good. This cannot be undone.',
  dashboard: 'Dashboard',

  kickedTitle: 'You were removed from the server',
  bannedTitle: 'You are banned from this server',
  loggedOutTitle: 'You are signed out',
  reasonGiven: (reason) => `Reason: ${reason}`,
  bannedUntil: (time) => `Until ${time}.`,
  bannedForever: 'The ban has no end.',
  connectAgain: 'Connect again',
};
