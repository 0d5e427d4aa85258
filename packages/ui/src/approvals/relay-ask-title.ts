import type { RelayAsk } from '@tabwright/protocol'
import { t, type Text } from '../language'

const OTHER = 'Let {by} call {name}?'
type Request = Exclude<Extract<Text, `Let {by} ${string}?`>, typeof OTHER>

const TITLES: Readonly<Record<string, Request>> = {
  send_message: 'Let {by} write to the agent?',
  create_session: 'Let {by} make a session?',
  interrupt: 'Let {by} stop the agent?',
  list_sessions: 'Let {by} see the list of sessions?',
  status: 'Let {by} see how a session stands?',
  wait: 'Let {by} wait until a session rests?',
  get_events: 'Let {by} read what happened in a session?',
  list_files: 'Let {by} see the names of a session’s files?',
  read_file: 'Let {by} read a file of a session?',
}

/** What it asks, in one question. */
export function relayAskTitle({ by, function: name }: RelayAsk): string {
  const known = TITLES[name]
  return known ? t(known, { by }) : t(OTHER, { by, name })
}
