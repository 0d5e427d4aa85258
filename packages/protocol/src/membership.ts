import type { SessionId } from './ids'
import type { ChosenFunction, WorkerFunction } from './worker-function'

/** What programs that are joined to the relay may do with this tab, each switched by a person. Sending has two: into a session of its own, and into any. */
export const TAB_SWITCHES = [
  'list_sessions',
  'status',
  'get_events',
  'wait',
  'list_files',
  'read_file',
  'send_message_new',
  'send_message',
  'create_session',
  'interrupt',
  'write_file',
  'execute',
] as const
export type TabSwitch = (typeof TAB_SWITCHES)[number]

/** Refused, asked about each time, or let through. */
export const TAB_SETTINGS = ['off', 'ask', 'on'] as const
export type TabSetting = (typeof TAB_SETTINGS)[number]
export type TabSwitches = { readonly [id in TabSwitch]: TabSetting }

/** Reading, and asking for something in a session of its own, where every effect is asked about. For the rest a person is asked each time. */
export const DEFAULT_SWITCHES: TabSwitches = {
  list_sessions: 'on',
  status: 'on',
  get_events: 'on',
  wait: 'on',
  list_files: 'on',
  read_file: 'on',
  send_message_new: 'on',
  send_message: 'ask',
  create_session: 'ask',
  interrupt: 'ask',
  write_file: 'ask',
  execute: 'ask',
}

/** A call from outside that waits for a person's word. */
export interface RelayAsk {
  /** Of this very call. */
  readonly id: string
  readonly at: number
  /** What the caller calls itself. */
  readonly by: string
  readonly function: string
  readonly session?: SessionId
  /** What it gives along, to the last character. */
  readonly bytes: string
}

/** A call from outside, or by an agent of this browser to the outside, as it is listed. */
export interface RemoteCall {
  readonly at: number
  /** What the caller calls itself. */
  readonly by: string
  /** Called was this worker, by the agent of a session; undefined: it was this tab. */
  readonly to?: string
  readonly function: string
  readonly session?: SessionId
  /** `begun`: it runs, or the tab was closed while it ran. */
  readonly outcome: 'begun' | 'done' | 'failed'
  /** Why it failed. */
  readonly why?: string
}

/** What the relay wakes a session for. */
export type WakeTrigger =
  /** A value changed. `condition`: an expression over its fields, as triggers on state have it. */
  | { readonly type: 'state'; readonly scope: string; readonly key?: string; readonly condition?: string }
  /** Something was published to a topic. */
  | { readonly type: 'queue'; readonly topic: string }
  /** Six fields, seconds first; UTC unless a zone is named. */
  | { readonly type: 'cron'; readonly expression: string; readonly timezone?: string }

/** Each time the trigger fires, the text goes to the session, with what happened. */
export interface WakeWish {
  readonly session: SessionId
  readonly trigger: WakeTrigger
  readonly text: string
}

/** A session that the relay wakes. */
export interface Wake extends WakeWish {
  readonly id: string
  /** Who wanted it. */
  readonly by: 'person' | 'agent'
  readonly at: number
  /** From then on it wakes nobody: what an agent asked for does not go on for ever without a person. Undefined: until it is stopped. */
  readonly until?: number
  /** False: the relay is still to be told of it. */
  readonly isBound: boolean
}

/** This tab as a member of the relay. */
export interface Membership {
  /** What its functions begin with: `tab`, and for a second tab `tab-2`. Undefined while it has none. */
  readonly name: string | undefined
  /** What a person wants it to be called. */
  readonly wish: string
  readonly isOn: boolean
  readonly link: { readonly type: 'none' | 'connecting' | 'open' } | { readonly type: 'waiting'; readonly why: string }
  readonly switches: TabSwitches
  /** Oldest first. */
  readonly asks: readonly RelayAsk[]
  /** Newest first. */
  readonly calls: readonly RemoteCall[]
  /** What wakes sessions of this browser, oldest first. */
  readonly wakes: readonly Wake[]
  /** What agents here can call. */
  readonly functions: readonly WorkerFunction[]
  /** What `web_search` asks; undefined: the model's provider. */
  readonly webSearch: ChosenFunction | undefined
  /** What the relay did not take, newest last. */
  readonly refused: readonly string[]
}
