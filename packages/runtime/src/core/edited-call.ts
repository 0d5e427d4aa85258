import { assertNever, canonicalJson, fail, isJsonObject, type CallEdit, type EditBase, type Json } from '@tabwright/protocol'
import type { Fact } from './fact'
import { mergedEdit } from './merged-edit'
import { parseStrict } from './parse-strict'
import type { Ports } from './ports'
import { withOld, type Compared } from './review/lines'
import { textOfParts } from './review/told'
import type { SessionState } from './session-state'

/**
 * What a person makes of a call that they are asked about. Nothing is decided by it: the gate judges the new bytes as it judges any others.
 * @throws FailureError `stale` when the call was answered or changed, `bad_input` for what cannot be run so
 */
export async function editedCall(ports: Ports, state: SessionState, edit: CallEdit): Promise<Fact> {
  const record = state.calls.find(({ content }) => content.id === edit.call)
  const { judged } = record ?? {}
  if (!record || judged?.verdict.type !== 'ask' || record.decided || record.ended) return fail('stale', 'This request is no longer open.')
  if (judged.digest !== edit.digest) return fail('stale', 'This request changed since it was shown; look at it again.')
  if (judged.verdict.writes) return fail('stale', 'It ran already and waits for your word on what it wrote: it can only be kept or denied.')
  const input = parseStrict(judged.bytes)
  if (!isJsonObject(input)) return fail('bad_input', 'This request cannot be changed.')
  const { bytes, told, base } = await madeOf(ports, input, edit)
  if (bytes === judged.bytes) return fail('bad_input', 'That is what was asked for already; nothing was changed.')
  return { type: 'call.edited', data: { call: edit.call, digest: edit.digest, bytes, told, ...(base && { base }) } }
}

interface Edited {
  readonly bytes: string
  readonly told: string
  /** The file that they looked at. */
  readonly base?: EditBase
}

type Input = { readonly [key: string]: Json }

async function madeOf(ports: Ports, input: Input, edit: CallEdit): Promise<Edited> {
  switch (edit.type) {
    case 'command': {
      if (typeof input['command'] !== 'string') return fail('bad_input', 'This request has no command that could be changed.')
      if (edit.command.trim() === '') return fail('bad_input', 'An empty command cannot be run; deny the request instead.')
      const told = `The person changed your command. What was judged, and what ran if anything did, is: ${edit.command}`
      return { bytes: canonicalJson({ ...input, command: edit.command }), told }
    }
    case 'parts':
      return withoutParts(ports, input, edit)
    case 'merged': {
      const merged = await mergedEdit(ports, input, edit)
      return { bytes: canonicalJson(merged.input), told: merged.told, base: merged.base }
    }
    default:
      return assertNever(edit)
  }
}

async function withoutParts(ports: Ports, input: Input, edit: Extract<CallEdit, { type: 'parts' }>): Promise<Edited> {
  const { old, now, field, base } = await sidesOf(ports, input, edit)
  const compared: Compared = { old, now, hunks: edit.refused }
  const text = withOld(compared)
  if (text === old) return fail('bad_input', 'Nothing of the edit would be left; deny the request instead.')
  const why = edit.why?.trim()
  const told = `The person accepted this edit in part; lines are counted in the new text of your call. ${textOfParts(compared, why || undefined)}`
  return { bytes: canonicalJson({ ...input, [field]: text }), told, ...(base && { base }) }
}

/** Both sides of an edit: of a part of a file they are in the call, of a whole one the old side is the file that was shown. */
async function sidesOf(
  { workspace, text }: Ports,
  { path, content, old_text: before, new_text: after }: Input,
  { base }: { readonly base: number | null },
): Promise<Pick<Compared, 'old' | 'now'> & { readonly field: string; readonly base?: EditBase }> {
  if (typeof before === 'string' && typeof after === 'string') return { old: before, now: after, field: 'new_text' }
  if (typeof path !== 'string' || typeof content !== 'string') return fail('bad_input', 'This request is no edit: it has no parts.')
  const entry = workspace.stat(path)
  if (!entry || entry.version !== base) return fail('stale', `${path} changed since it was shown; look at it again. Nothing was decided.`)
  const old = text.decode(await workspace.read(path))
  if (old === undefined) return fail('bad_input', `${path} is a binary file: the edit is allowed or denied whole.`)
  return { old, now: content, field: 'content', base: { path: entry.path, hash: entry.hash } }
}
