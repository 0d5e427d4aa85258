import { inputOf } from '../../../streams/stream'
import { joined } from '../../../text'
import { diffTrees } from '../diff/file-change'
import { withRenames } from '../diff/renames'
import { statOf, summaryLine } from '../diff/stat'
import { fatal } from '../git-error'
import type { Git } from '../git-call'
import type { ObjectStore } from '../object-store'
import { isOid, NULL_OID } from '../oid'
import { makePack } from '../pack-file'
import type { HttpRequests } from './http-requests'
import { objectsBetween } from './object-walk'
import { FLUSH, lineOf, packet, PacketReader, shown } from './pkt-line'
import { readBands } from './side-band'
import type { PushAnswers, PushCommand, PushPlan, RemoteRef } from './transport'

/** What a server that receives has and can do. */
export interface Advertised {
  readonly refs: readonly RemoteRef[]
  readonly abilities: ReadonlySet<string>
}

/** Reads the list that a push begins with. @throws GitError */
export async function readAdvertised(packets: PacketReader): Promise<Advertised> {
  const refs: RemoteRef[] = []
  const abilities = new Set<string>()
  for (let one = await packets.next(); one !== undefined; one = await packets.next()) {
    if (one.type !== 'data') continue
    const line = lineOf(one.bytes)
    if (line.startsWith('# service=')) continue
    const nul = line.indexOf('\0')
    if (nul >= 0)
      for (const ability of line
        .slice(nul + 1)
        .trim()
        .split(' '))
        abilities.add(ability)
    const [oid = '', name = ''] = (nul < 0 ? line : line.slice(0, nul)).split(' ')
    if (oid === 'shallow' || oid === 'version') continue
    if (!isOid(oid)) fatal(`protocol error: unexpected '${shown(line.slice(0, 80))}'`)
    if (name !== 'capabilities^{}' && name !== '.have') refs.push({ name, oid })
  }
  return { refs, abilities }
}

/** So much of what is told of a request fits on its card. */
const MOST_WORDS = 3500

/** Where a push goes. */
export interface PushTo {
  readonly requests: HttpRequests
  readonly advertised: Advertised
  readonly url: string
  readonly isProgress: boolean
  readonly draft: PushDraft | undefined
}

/** A push as it was told before the server said what it has. */
export interface PushDraft {
  readonly plan: PushPlan
  /** That the server must have for it. */
  readonly abilities: ReadonlySet<string>
  readonly body: Uint8Array
  readonly purpose: string
}

/** As servers of today have them. */
const USUAL = ['side-band-64k', 'object-format=sha1', 'quiet', 'delete-refs']
/** A larger one is told when it is sent. */
const MOST_DRAFTED = 8_000_000

/** What will be sent where the other side is as expected; undefined for what nobody would read beforehand. */
export function draftPush(git: Git, to: Pick<PushTo, 'url' | 'isProgress'>, plan: PushPlan): PushDraft | undefined {
  const abilities = new Set([...USUAL, ...(plan.isAtomic ? ['atomic'] : []), ...(plan.options.length > 0 ? ['push-options'] : [])])
  const body = bodyOf(git, plan, { abilities, isProgress: to.isProgress })
  return body.length > MOST_DRAFTED ? undefined : { plan, abilities, body, purpose: purposeOf(git, to.url, plan) }
}

/** Whether what was told before is still right: the same refs from the same to the same, on top of nothing that the other side lacks. */
function isAsTold({ plan, abilities }: PushDraft, { abilities: there }: Advertised, now: PushPlan): boolean {
  const known = new Set(now.known)
  return (
    JSON.stringify(plan.commands) === JSON.stringify(now.commands) &&
    plan.known.every((oid) => known.has(oid)) &&
    [...abilities].every((ability) => there.has(ability))
  )
}

/** Sends objects and what refs are to become, in one request. @throws GitError */
export async function pushOver(git: Git, to: PushTo, plan: PushPlan): Promise<PushAnswers> {
  const { abilities } = to.advertised
  const deletes = plan.commands.filter(({ fresh }) => fresh === null)
  const refused = abilities.has('delete-refs')
    ? []
    : deletes.map(({ ref }): [string, string] => [ref, 'remote does not support deleting refs'])
  const commands = plan.commands.filter(({ ref }) => !refused.some(([name]) => name === ref))
  if (plan.isAtomic && !abilities.has('atomic')) fatal('the receiving end does not support --atomic push')
  if (plan.options.length > 0 && !abilities.has('push-options')) fatal('the receiving end does not support push options')
  if (!abilities.has('report-status')) fatal('the receiving end does not report what became of a push')
  if (commands.length === 0) return new Map(refused)
  const now = { ...plan, commands }
  const { draft } = to
  const { body, purpose } =
    draft && isAsTold(draft, to.advertised, now)
      ? draft
      : { body: bodyOf(git, now, { abilities, isProgress: to.isProgress }), purpose: purposeOf(git, to.url, now) }
  const answer = await to.requests.post('git-receive-pack', body, purpose)
  const packets = new PacketReader(answer.body)
  const report = abilities.has('side-band-64k')
    ? new PacketReader(inputOf(await readBands(packets, { say: (text) => git.say(text), tick: () => git.call.tick() })))
    : packets
  const answers = await readReport(report, commands)
  answer.body.close()
  return new Map([...answers, ...refused])
}

/** What the person who is asked reads: every ref, from what to what, how much that is, and where. */
function purposeOf(git: Git, url: string, { commands, known }: Pick<PushPlan, 'commands' | 'known'>): string {
  const short = (oid: string): string => oid.slice(0, 7)
  const lines = commands.map(({ ref, old, fresh }) => {
    if (fresh === null) return `delete ${ref} (was ${old === null ? 'not there' : short(old)})`
    const stat = statBetween(git, { old, fresh, known })
    return (old === null ? `create ${ref} at ${short(fresh)}` : `${ref} ${short(old)}..${short(fresh)}`) + (stat === '' ? '' : ` (${stat})`)
  })
  const shown: string[] = []
  let size = 0
  for (const line of lines) {
    size += line.length + 2
    if (size > MOST_WORDS) break
    shown.push(line)
  }
  const more = lines.length - shown.length
  const rest = more === 0 ? [] : [`and ${more} more refs, in the bytes that are sent`]
  return `git push to ${url.slice(0, 300)}: ${[...shown, ...rest].join('; ')}`
}

/** So far back a new branch is followed to where it began. */
const MOST_BACK = 1000
/** Of more files nobody waits for the count. */
const MOST_COUNTED = 300

/** `2 files changed, 3 insertions(+)`, against what the ref is there or where a new one leaves what is there; empty where neither is known. */
function statBetween(git: Git, to: { readonly old: string | null; readonly fresh: string; readonly known: readonly string[] }): string {
  const { objects } = git.repo
  const treeAt = (oid: string): string | undefined => {
    const object = objects.find(oid)
    return object?.type === 'commit' ? objects.commit(oid).tree : undefined
  }
  const fresh = treeAt(to.fresh)
  const known = new Set(to.known)
  let base = to.old ?? to.fresh
  for (let n = 0; to.old === null && n < MOST_BACK && !known.has(base); n++) base = parentOf(objects, base) ?? NULL_OID
  const old = known.has(base) || to.old !== null ? treeAt(base) : undefined
  if (fresh === undefined || old === undefined) return ''
  const changes = withRenames(diffTrees(objects, { old, fresh }))
  return changes.length > MOST_COUNTED ? '' : summaryLine(changes.map((change) => statOf(change))).trim()
}

function parentOf(objects: ObjectStore, oid: string): string | undefined {
  return objects.find(oid)?.type === 'commit' ? objects.commit(oid).parents[0] : undefined
}

function bodyOf(git: Git, plan: PushPlan, how: { readonly abilities: ReadonlySet<string>; readonly isProgress: boolean }): Uint8Array {
  const { objects } = git.repo
  const wanted = ['side-band-64k', 'object-format=sha1', ...(how.isProgress ? [] : ['quiet'])].filter((one) => how.abilities.has(one))
  const options = [
    'report-status',
    ...wanted,
    ...(plan.isAtomic ? ['atomic'] : []),
    ...(plan.options.length > 0 ? ['push-options'] : []),
    'agent=git/2.39.5-Tabwright',
  ].join(' ')
  const lines = plan.commands.map(({ ref, old, fresh }, i) =>
    packet(`${old ?? NULL_OID} ${fresh ?? NULL_OID} ${ref}${i === 0 ? `\0 ${options}` : ''}`),
  )
  const parts = [...[...objects.shallow].map((oid) => packet(`shallow ${oid}`)), ...lines, FLUSH]
  if (plan.options.length > 0) parts.push(...plan.options.map((option) => packet(option)), FLUSH)
  const wants = plan.commands.flatMap(({ fresh }) => fresh ?? [])
  if (wants.length > 0) {
    const { oids } = objectsBetween(objects, { wants, haves: plan.known, tick: () => git.call.tick() })
    parts.push(makePack(oids.map((oid) => [oid, objects.read(oid)])).pack)
  }
  return joined(parts)
}

async function readReport(packets: PacketReader, commands: readonly PushCommand[]): Promise<Map<string, string | undefined>> {
  const answers = new Map<string, string | undefined>(commands.map(({ ref }) => [ref, 'remote failed to report status']))
  const first = (await packets.line()) ?? fatal('the remote end hung up unexpectedly')
  const unpacked = /^unpack (.*)$/.exec(first)?.[1] ?? fatal(`unable to parse remote unpack status: ${shown(first)}`)
  for (let line = await packets.line(); line !== undefined; line = await packets.line()) {
    const [word = '', ref = '', ...why] = line.split(' ')
    if (!answers.has(ref)) continue
    if (word === 'ok') answers.set(ref, undefined)
    else if (word === 'ng') answers.set(ref, shown(why.join(' ')) || 'failed')
  }
  if (unpacked !== 'ok') for (const [ref, why] of answers) answers.set(ref, why ?? 'unpacker error')
  return answers
}
