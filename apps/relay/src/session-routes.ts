import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { readFields } from './body'
import type { Config } from './config'
import type { Hub } from './engine/engine'
import type { Identity } from './engine/identity'
import type { Tickets } from './engine/tickets'
import type { FrontDoor, SignedIn } from './front-door'
import type { Ends, isOwnUser } from './peer'
import { API_HEADERS, refuse } from './refusal'
import { pageOfItsOwn, type Sessions } from './session'

/** What pairing needs of the relay. */
export interface SessionParts {
  readonly config: Pick<Config, 'limits'>
  readonly version: string
  readonly fingerprint: string
  readonly door: Pick<FrontDoor, 'bearer' | 'token' | 'wait' | 'wrongCode' | 'isOwnLoopbackPage'>
  readonly sessions: Sessions
  readonly tickets: Pick<Tickets, 'mint'>
  readonly hub: Pick<Hub, 'revoke'>
  readonly hasCode: boolean
  readonly say: (line: string) => void
  readonly isOwnUser: typeof isOwnUser
}

/** Whose request it was, for the log. */
type Note = (who: SignedIn['who']) => void

/** A bearer becomes a way in for one socket: a page cannot send a header with it. */
async function giveTicket(incoming: IncomingMessage, parts: SessionParts, note: Note): Promise<Response> {
  const entered = await parts.door.bearer(incoming)
  if (entered.type !== 'signed-in') return refuse(entered)
  note(entered.who)
  return json(parts.tickets.mint(entered.identity))
}

/** `POST /session`: a page or a program becomes somebody, or one that is gets a way in for a socket. */
export async function answerPairing(incoming: IncomingMessage, parts: SessionParts, note: Note): Promise<Response> {
  const fields = await readFields(incoming, parts.config.limits)
  if (fields.type !== 'fields') return refuse(fields)
  if (fields.get('for') === 'worker') return giveTicket(incoming, parts, note)
  const given = (as?: Identity): Response =>
    json({ ...parts.sessions.mint(as), relay: { version: parts.version, fingerprint: parts.fingerprint } })
  if (parts.door.isOwnLoopbackPage(incoming) && (await parts.isOwnUser(endsOf(incoming.socket)))) return given()
  const code = fields.get('code')
  if (code !== undefined) {
    const waiting = await parts.door.wait(incoming)
    if (waiting > 0 || !parts.sessions.usePairingCode(code)) return refuse(await parts.door.wrongCode(incoming))
    parts.say(`A browser was paired. The next one needs the code ${parts.sessions.pairingCode()}`)
    return given(pageOfItsOwn())
  }
  if (incoming.headers.authorization !== undefined) {
    const entered = await parts.door.bearer(incoming)
    if (entered.type !== 'signed-in') return refuse(entered)
    note(entered.who)
    if (entered.who !== 'worker') return given(entered.who === 'session' ? entered.identity : undefined)
    return refuse({
      status: 403,
      type: 'not_allowed',
      message: 'A token of a worker opens no session; ask for a ticket with {"for": "worker"}.',
    })
  }
  if (parts.hasCode)
    return refuse({ status: 401, type: 'code_needed', message: 'Enter the pairing code that the relay printed when it started.' })
  const message = 'This relay pairs with its own page, opened by the person who started it. Programs present TABWRIGHT_TOKEN as a bearer.'
  return refuse({ status: 401, type: 'not_signed_in', message })
}

/** `DELETE /session`: a page that was paired with a code nobody again: its bearers are good no more, and its sockets are closed. */
export async function answerUnpairing(incoming: IncomingMessage, parts: SessionParts, note: Note): Promise<Response> {
  const entered = await parts.door.bearer(incoming)
  if (entered.type !== 'signed-in') return refuse(entered)
  note(entered.who)
  const token = parts.door.token(incoming)
  if (entered.who !== 'session' || token === undefined)
    return refuse({ status: 403, type: 'not_allowed', message: 'Only the session of a page is ended here; a token is revoked.' })
  parts.sessions.end(token)
  parts.hub.revoke((identity) => parts.sessions.isEnded(identity))
  return json({ ended: true })
}

function endsOf({ remoteAddress, remotePort, localPort }: Socket): Ends {
  return { remoteAddress, remotePort, localPort }
}

function json(body: object): Response {
  return new Response(JSON.stringify(body), { headers: { ...API_HEADERS, 'content-type': 'application/json' } })
}
