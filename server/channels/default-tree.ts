/** The rooms that a new server starts with. */
export interface ChannelPlan {
  readonly name: string;
  readonly topic: string;
  readonly children?: readonly ChannelPlan[];
}

export const DEFAULT_TREE: readonly ChannelPlan[] = [
  { name: 'Lobby', topic: 'Where everyone meets' },
  {
    name: 'Pair programming',
    topic: 'Two keyboards, one problem',
    children: [
      { name: 'Desk 1', topic: '' },
      { name: 'Desk 2', topic: '' },
      { name: 'Desk 3', topic: '' },
    ],
  },
  { name: 'Stand-up', topic: 'Once a day, briefly' },
  { name: 'Quiet corner', topic: 'Sit together without talking' },
];
