import type { SessionId } from '@tabwright/protocol'

const waiting = new Map<SessionId, string>()

/** This is typed into the person's terminal as soon as this new session is open: they chose it on the start page. */
export function typeFirst(session: SessionId, command: string): void {
  waiting.set(session, command)
}

/** Once. A reload in between forgets it: what had begun then is in the terminal to be seen, and is not begun twice. */
export function takeFirstCommand(session: SessionId): string | undefined {
  const command = waiting.get(session)
  waiting.delete(session)
  return command
}
