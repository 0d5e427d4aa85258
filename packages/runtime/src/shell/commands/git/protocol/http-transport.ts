import { joined } from '../../../text'
import { fatal } from '../git-error'
import type { Git } from '../git-call'
import { isOid } from '../oid'
import { isOurs } from './haves'
import { HttpRequests } from './http-requests'
import { draftPush, pushOver, readAdvertised, type Advertised, type PushDraft } from './http-push'
import { DELIMITER, FLUSH, lineOf, packet, PacketReader, shown } from './pkt-line'
import { receiveObjects } from './receive-objects'
import { readBands } from './side-band'
import type { FetchPlan, PushAnswers, PushPlan, RemoteRef, Transport } from './transport'

/** As many refs as a server may tell; more is no repository that fits here. */
const MOST_REFS = 200_000
const MOST_NAMES = 8

/** A repository behind HTTP: version 2 to fetch, the first one to push. */
export class HttpTransport implements Transport {
  readonly #git: Git
  readonly #url: string
  readonly #requests: HttpRequests
  readonly #isProgress: boolean
  #abilities: ReadonlyMap<string, string> | undefined
  #push: Advertised | undefined
  #draft: PushDraft | undefined
  #refs: readonly RemoteRef[] | undefined
  #unborn: string | undefined

  constructor(git: Git, url: string, how: { readonly isProgress: boolean }) {
    this.#git = git
    this.#url = url
    this.#requests = new HttpRequests(git, url)
    this.#isProgress = how.isProgress
  }

  get unborn(): string | undefined {
    return this.#unborn
  }

  async refs(purpose: 'fetch' | 'push', expected?: PushPlan): Promise<readonly RemoteRef[]> {
    if (purpose === 'push') {
      const words = `git push to ${this.#url.slice(0, 300)}: which refs it has`
      this.#draft = expected && draftPush(this.#git, { url: this.#url, isProgress: this.#isProgress }, expected)
      const answer = await this.#requests.info('git-receive-pack', words, this.#draft)
      this.#push = await readAdvertised(new PacketReader(answer.body))
      answer.body.close()
      return this.#push.refs
    }
    this.#refs ??= await this.#listRefs()
    return this.#refs
  }

  async #listRefs(): Promise<readonly RemoteRef[]> {
    const answer = await this.#requests.info('git-upload-pack', `git: what ${this.#url.slice(0, 300)} can do`)
    const abilities = await readAbilities(new PacketReader(answer.body))
    answer.body.close()
    this.#abilities = abilities
    const wantsUnborn = abilities.get('ls-refs')?.split(' ').includes('unborn') ?? false
    const body = request('ls-refs', ['peel', 'symrefs', ...(wantsUnborn ? ['unborn'] : [])])
    const listed = await this.#requests.post('git-upload-pack', body, `git: list the refs of ${this.#url.slice(0, 300)}`)
    const refs: RemoteRef[] = []
    const packets = new PacketReader(listed.body)
    for (let one = await packets.next(); one?.type === 'data'; one = await packets.next()) {
      this.#git.call.tick()
      if (refs.length >= MOST_REFS) fatal(`the remote tells more than ${MOST_REFS} refs`)
      const line = lineOf(one.bytes)
      const unborn = /^unborn HEAD symref-target:(\S+)$/.exec(line)
      if (unborn !== null) this.#unborn = unborn[1]
      else refs.push(refOf(line))
    }
    listed.body.close()
    return refs
  }

  async fetch(plan: FetchPlan): Promise<void> {
    const { objects } = this.#git.repo
    const abilities = this.#abilities?.get('fetch')?.split(' ') ?? []
    if (plan.depth !== undefined && !abilities.includes('shallow')) fatal('Server does not support shallow clients')
    const haves = plan.depth === undefined ? plan.haves : []
    const shallow = [...objects.shallow].filter((oid) => isOurs(objects, oid))
    const body = request('fetch', [
      'ofs-delta',
      ...(plan.includesTags ? ['include-tag'] : []),
      ...(this.#isProgress ? [] : ['no-progress']),
      ...plan.wants.map((oid) => `want ${oid}`),
      ...(shallow.length > 0 ? shallow.map((oid) => `shallow ${oid}`) : []),
      ...(plan.depth === undefined ? [] : [`deepen ${plan.depth}`]),
      ...haves.map((oid) => `have ${oid}`),
      'done',
    ])
    const names =
      plan.names.length > MOST_NAMES
        ? `${plan.names.slice(0, MOST_NAMES).join(', ')} and ${plan.names.length - MOST_NAMES} more`
        : plan.names.join(', ')
    const answer = await this.#requests.post('git-upload-pack', body, `git: fetch ${names.slice(0, 1000)} from ${this.#url.slice(0, 300)}`)
    const received = await this.#readFetch(new PacketReader(answer.body))
    answer.body.close()
    const count = await receiveObjects(objects, {
      pack: received.pack,
      wants: plan.wants,
      haves,
      shallow: { added: received.shallow, gone: received.unshallow },
      url: this.#url,
      step: () => this.#git.breathe(),
      tick: () => this.#git.call.tick(),
    })
    if (this.#isProgress) await this.#git.say(`Receiving objects: 100% (${count}/${count}), done.\n`)
  }

  async #readFetch(
    packets: PacketReader,
  ): Promise<{ readonly pack: Uint8Array; readonly shallow: string[]; readonly unshallow: string[] }> {
    const shallow: string[] = []
    const unshallow: string[] = []
    for (let section = await packets.line(); section !== undefined; section = await packets.line()) {
      if (section === 'packfile') return { pack: await this.#readPack(packets), shallow, unshallow }
      for (let one = await packets.next(); one?.type === 'data'; one = await packets.next()) {
        const [word = '', oid = ''] = lineOf(one.bytes).split(' ')
        if (section === 'shallow-info' && isOid(oid)) (word === 'shallow' ? shallow : unshallow).push(oid)
        else if (section !== 'acknowledgments' && section !== 'wanted-refs') fatal(`protocol error: unexpected section ${shown(section)}`)
      }
    }
    return fatal('the remote end hung up unexpectedly')
  }

  #readPack(packets: PacketReader): Promise<Uint8Array> {
    let told = 0
    return readBands(packets, {
      say: (text) => this.#git.say(text),
      tick: () => this.#git.call.tick(),
      received: async (bytes) => {
        const mega = Math.floor(bytes / 1_048_576)
        if (!this.#isProgress || mega <= told) return
        told = mega
        await this.#git.say(`Receiving objects: ${mega} MiB\r`)
      },
    })
  }

  async push(plan: PushPlan): Promise<PushAnswers> {
    const advertised = this.#push ?? fatal('the refs of the remote were not asked for')
    const to = { requests: this.#requests, advertised, url: this.#url, isProgress: this.#isProgress, draft: this.#draft }
    return pushOver(this.#git, to, plan)
  }
}

function request(command: string, lines: readonly string[]): Uint8Array {
  return joined([
    packet(`command=${command}\n`),
    packet('agent=git/2.39.5-Tabwright\n'),
    packet('object-format=sha1\n'),
    DELIMITER,
    ...lines.map((line) => packet(`${line}\n`)),
    FLUSH,
  ])
}

/** @throws GitError for a server that does not speak version 2 */
async function readAbilities(packets: PacketReader): Promise<ReadonlyMap<string, string>> {
  let line = await packets.line()
  if (line === '# service=git-upload-pack') {
    await packets.next()
    line = await packets.line()
  }
  if (line !== 'version 2') fatal('the server does not speak version 2 of the protocol of git, the only one for fetching here')
  const abilities = new Map<string, string>()
  for (let one = await packets.line(); one !== undefined; one = await packets.line()) {
    const at = one.indexOf('=')
    abilities.set(at < 0 ? one : one.slice(0, at), at < 0 ? '' : one.slice(at + 1))
  }
  const format = abilities.get('object-format') ?? 'sha1'
  if (format !== 'sha1') fatal(`repositories with ${shown(format)} names are not implemented in this sandbox`)
  return abilities
}

function refOf(line: string): RemoteRef {
  const [oid = '', name = '', ...rest] = line.split(' ')
  if (!isOid(oid) || name === '') return fatal(`invalid ls-refs response: ${shown(line)}`)
  const attribute = (key: string): string | undefined => rest.find((one) => one.startsWith(`${key}:`))?.slice(key.length + 1)
  const target = attribute('symref-target')
  const peeled = attribute('peeled')
  return { name, oid, ...(target !== undefined && { target }), ...(peeled !== undefined && isOid(peeled) && { peeled }) }
}
