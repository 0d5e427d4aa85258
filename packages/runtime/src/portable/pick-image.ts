import {
  isJsonObject,
  isPicture,
  type BlobHash,
  type Json,
  type JsonObject,
  type SessionEvent,
  type ShareChoice,
} from '@tabwright/protocol'
import { contentsNamed } from '../core/attached'
import { blobsOf } from './named-blobs'
import type { SessionImage } from './session-image'

/** Stands where a result stood that is not shared. */
const NOT_SHARED = '[not shared]'

/**
 * What a person chose of a session. The facts stay, so that there is a conversation; what the model was sent to the letter does not go: it
 * has the app's own words to the model, and says everything a second time.
 */
export function pickImage(image: SessionImage, choice: ShareChoice): SessionImage {
  const facts = choice.output ? image.facts : image.facts.map(withoutResult)
  const wanted = new Set(wantedContents(image, choice))
  // Documents that were attached go as pictures do.
  const attached = new Set(choice.images ? [] : image.events.flatMap(contentsNamed))
  const contents = new Map(
    [...image.contents].filter(([name, bytes]) => wanted.has(name) && !attached.has(name) && (choice.images || !isPicture(bytes))),
  )
  const files = filesOf(image, choice).filter(({ hash }) => choice.images || !isPicture(image.contents.get(hash) ?? NOTHING))
  return { ...image, facts, files, contents, wire: [] }
}

const NOTHING = new Uint8Array()

function wantedContents(image: SessionImage, { files, images }: ShareChoice): readonly BlobHash[] {
  if (files === 'all') return [...image.contents.keys()]
  const inMessages = images ? image.events.flatMap(contentsNamed) : []
  return [...inMessages, ...(files === 'changed' ? blobsOf(image.events.filter(isWork)) : [])]
}

function filesOf({ files, events }: SessionImage, choice: ShareChoice): SessionImage['files'] {
  if (choice.files === 'none') return []
  // Where long output lies.
  const shown = choice.output ? files : files.filter(({ path }) => !path.startsWith('.tabwright/output/'))
  if (choice.files === 'all') return shown
  const changed = new Set(events.flatMap((event) => (isWork(event) ? event.data.changes.map(({ path }) => path) : [])))
  return shown.filter(({ path }) => changed.has(path))
}

/** What somebody did in the session, and not what it began with or was brought into it. */
function isWork(event: SessionEvent): event is SessionEvent<'workspace.changed'> {
  return event.type === 'workspace.changed' && event.data.by !== 'seed' && event.data.by !== 'import'
}

function withoutResult(line: string): string {
  const fact: Json = JSON.parse(line)
  return isJsonObject(fact) ? JSON.stringify({ ...fact, data: withoutText(fact['type'], fact['data'] ?? null) }) : line
}

/** A sub-agent's facts stand in one of the session's. */
function withoutText(type: Json | undefined, data: Json): Json {
  if (!isJsonObject(data)) return data
  const { fact, outcome } = data
  if (type === 'agent.noted' && isJsonObject(fact))
    return { ...data, fact: { ...fact, data: withoutText(fact['type'], fact['data'] ?? null) } }
  return type === 'call.ended' && isJsonObject(outcome) ? { ...data, outcome: shortened(outcome) } : data
}

function shortened(outcome: JsonObject): JsonObject {
  const { images: _, ...words } = outcome
  return words['text'] === '' ? words : { ...words, text: NOT_SHARED }
}
