import {
  IconCoins,
  IconDatabase,
  IconFlask2,
  IconListDetails,
  IconMessageQuestion,
  IconMicroscope,
  IconPlayerPlay,
  IconSend,
  IconSettings,
  IconServer2,
  type Icon,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';

export interface Place {
  readonly to:
    | '/experiments'
    | '/trials'
    | '/profilings'
    | '/pools'
    | '/submit'
    | '/playground'
    | '/queue'
    | '/datasets'
    | '/calls'
    | '/settings';
  readonly title: string;
  readonly what: string;
  readonly icon: Icon;
}

/** By what one comes for: questions and their answers, the evidence below them, the machine that makes both. */
export const PLACES: readonly { readonly head: string; readonly places: readonly Place[] }[] = [
  {
    head: 'Questions',
    places: [
      { to: '/experiments', title: 'Experiments', what: 'questions and their arms side by side', icon: IconFlask2 },
      { to: '/trials', title: 'Trials', what: 'every arm on every data set with every seed', icon: IconListDetails },
      { to: '/submit', title: 'Submit', what: 'write a manifest, see the bill, hand it over', icon: IconSend },
    ],
  },
  {
    head: 'Evidence',
    places: [
      {
        to: '/profilings',
        title: 'Profiling',
        what: 'what the LLM was asked about a session, and what it said',
        icon: IconMicroscope,
      },
      { to: '/pools', title: 'Intent pools', what: 'the intents, how the pool grew', icon: IconMessageQuestion },
      { to: '/playground', title: 'Playground', what: 'pick items, see recommendations and why', icon: IconPlayerPlay },
      { to: '/datasets', title: 'Data sets', what: 'statistics, lengths, samples', icon: IconDatabase },
    ],
  },
  {
    head: 'Machine',
    places: [
      { to: '/queue', title: 'Queue and workers', what: 'what runs, what waits, who works', icon: IconServer2 },
      { to: '/calls', title: 'Calls and spend', what: 'LLM calls by day, model, experiment', icon: IconCoins },
      { to: '/settings', title: 'Settings', what: 'this server, tokens, the audit trail', icon: IconSettings },
    ],
  },
];

export function Navigation({ onChoice }: { readonly onChoice?: () => void }) {
  return (
    <nav aria-label="Main">
      {PLACES.map(({ head, places }) => (
        <div key={head}>
          <div className="nav-head">{head}</div>
          {places.map(({ to, title, icon: Icon }) => (
            <Link
              key={to}
              to={to}
              className="nav-link"
              activeOptions={{ includeSearch: false }}
              {...(onChoice && { onClick: onChoice })}
            >
              <Icon size={17} stroke={1.7} aria-hidden />
              {title}
            </Link>
          ))}
        </div>
      ))}
    </nav>
  );
}
