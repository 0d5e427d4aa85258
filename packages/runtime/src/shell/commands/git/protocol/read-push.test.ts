import { zlibSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { bytesOf, joined } from '../../../text'
import { commitBytes, MODE_COMMIT, MODE_FILE, MODE_TREE, treeBytes } from '../objects'
import { fromHex, NULL_OID, oidOf, sha1Hex, type ObjectType } from '../oid'
import { makePack, type RawObject } from '../pack-file'
import { FLUSH, packet } from './pkt-line'
import { readPush } from './read-push'

const ABILITIES = ' report-status side-band-64k agent=git/2.39.5-Tabwright'
const OLD = '1'.repeat(40)
type Named = readonly [oid: string, object: RawObject]
const named = (type: ObjectType, bytes: Uint8Array): Named => [oidOf(type, bytes), { type, bytes }]
const ann = { name: 'Ann', email: 'ann@example.com', time: 1, zone: '+0000' }

/** A commit with files by path; folders one deep. */
function commit(files: Readonly<Record<string, string>>, message = 'one\n'): { readonly oid: string; readonly objects: readonly Named[] } {
  const blobs = Object.entries(files).map(([path, text]) => ({ path, blob: named('blob', bytesOf(text)) }))
  const entry = (name: string, [oid]: Named, mode = MODE_FILE): { mode: number; name: string; oid: string } => ({ mode, name, oid })
  const inside = blobs.filter(({ path }) => path.startsWith('d/'))
  const folder = named('tree', treeBytes(inside.map(({ path, blob }) => entry(path.slice(2), blob))))
  const top = blobs.filter(({ path }) => !path.startsWith('d/')).map(({ path, blob }) => entry(path, blob))
  const root = named('tree', treeBytes(inside.length > 0 ? [...top, entry('d', folder, MODE_TREE)] : top))
  const it = named('commit', commitBytes({ tree: root[0], parents: [OLD], author: ann, committer: ann, message }))
  const all = [it, root, ...(inside.length > 0 ? [folder] : []), ...blobs.map(({ blob }) => blob)]
  return { oid: it[0], objects: [...new Map(all)] }
}

function push(line: string, pack: Uint8Array): Uint8Array {
  return joined([packet(line), FLUSH, pack])
}
const main = (oid: string): string => `${OLD} ${oid} refs/heads/main\0${ABILITIES}`

describe('what a push brings', () => {
  it('[O26] is told whole: refs, commits, every place of every file, and what no commit names', () => {
    const stray = named('blob', bytesOf('hidden'))
    const { oid, objects } = commit({ 'a\nRefs: none': 'x', b: 'same\n', 'd/c': 'same\n', e: 'a\0b' }, 'one\nline\n\nmore\n')
    const read = readPush(push(main(oid), makePack([...objects, stray]).pack))
    expect(read).toMatchObject({
      refs: [`refs/heads/main: ${OLD} to ${oid}`],
      commits: [`${oid.slice(0, 7)} one (Ann <ann@example.com>)`, '  line', '  more'],
      files: ['"a\\nRefs: none", 0 lines, 1 bytes', 'b, 1 line, 5 bytes', 'd/c, 1 line, 5 bytes', 'e, 3 bytes, no text'],
      more: [`a blob that no commit names: 0 lines, 6 bytes, ${stray[0]}`],
      objects: 7,
    })
    for (const part of ['hidden', 'same\n', 'more\n', 'refs/heads/main']) expect(read?.text).toContain(part)
  })

  it('[O26] is told with all that a commit, a tag and a folder say beside their files', () => {
    const link = { mode: MODE_COMMIT, name: 'sub', oid: '2'.repeat(40) }
    const gone = { mode: MODE_FILE, name: 'kept.ts', oid: '3'.repeat(40) }
    const root = named('tree', treeBytes([link, gone]))
    const who = 'Ann <ann@example.com> 1 +0000'
    const said = `tree ${root[0]}\nparent ${OLD}\nauthor ${who}\ncommitter Bob <b@x> 1 +0000\nnote hello there\n\none\n`
    const it = named('commit', bytesOf(said))
    const tag = named('tag', bytesOf(`object ${it[0]}\ntype commit\ntag v1\ntagger ${who}\n\nfirst\n\nsecond\n`))
    expect(readPush(push(main(it[0]), makePack([it, root, tag]).pack))).toMatchObject({
      commits: [`${it[0].slice(0, 7)} one (Ann <ann@example.com>, committed by Bob <b@x>)`, '  note hello there'],
      files: [`sub, commit ${link.oid} of another repository`],
      more: [
        `tag v1 of ${it[0].slice(0, 7)} (Ann <ann@example.com>)`,
        '  first',
        '  second',
        'names of 1 other files and folders, 7 bytes, without their content',
      ],
    })
    const odd = named('tree', joined([bytesOf('0100644 a\0'), fromHex(OLD)]))
    const of = named('commit', bytesOf(said.replace(root[0], odd[0])))
    expect(readPush(push(main(of[0]), makePack([of, odd]).pack)), 'a folder of another form').toBeUndefined()
  })

  it('may be nothing but a ref that goes', () => {
    expect(readPush(push(`${OLD} ${NULL_OID} refs/heads/x\0${ABILITIES}`, new Uint8Array()))).toMatchObject({
      refs: [`refs/heads/x is deleted (was ${OLD})`],
      objects: 0,
    })
  })

  const { oid, objects } = commit({ a: '1\n' })
  const { pack } = makePack(objects)
  const sealed = (body: Uint8Array): Uint8Array => joined([body, fromHex(sha1Hex(body))])
  const open = pack.subarray(0, -20)
  const blob = bytesOf('abcd')

  it.each<[what: string, body: Uint8Array]>([
    ['bytes behind its pack', push(main(oid), joined([pack, bytesOf('hello')]))],
    ['bytes behind its last object', push(main(oid), sealed(joined([open, bytesOf('hello')])))],
    ['another way of packing the same', push(main(oid), sealed(joined([head(1), Uint8Array.of(0x34), zlibSync(blob, { level: 0 })])))],
    ['a difference from what is elsewhere', push(main(oid), sealed(joined([head(1), Uint8Array.of(0x74), fromHex(OLD), zlibSync(blob)])))],
    [
      'an object that says it is a gigabyte',
      push(main(oid), sealed(joined([head(1), Uint8Array.of(0xbf, 0xff, 0xff, 0xff, 0x7f), zlibSync(blob)]))),
    ],
    ['a count of objects that is not true', push(main(oid), sealed(joined([head(4_000_000_000), open.subarray(12)])))],
    ['words where its abilities stand', push(`${OLD} ${oid} refs/heads/main\0${ABILITIES} session=hello`, pack)],
    ['a line that is no ref', joined([packet(main(oid)), packet('hello'), FLUSH, pack])],
    ['a line behind another NUL', push(`${OLD} ${oid} refs/heads/main\0${ABILITIES}\0hello`, pack)],
    ['a packet that ends behind the end', bytesOf(`ffff${main(oid)}`)],
    ['no packets', bytesOf('the whole of .env')],
    ['nothing', new Uint8Array()],
  ])('is not told of %s', (_what, body) => {
    expect(readPush(body)).toBeUndefined()
  })

  it('is not told of more than a person reads', () => {
    const many = commit(Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`f${n}`, `${n}`])))
    expect(readPush(push(main(many.oid), makePack(many.objects).pack))).toBeUndefined()
  })
})

function head(count: number): Uint8Array {
  const bytes = new Uint8Array(12)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, 0x5041434b)
  view.setUint32(4, 2)
  view.setUint32(8, count)
  return bytes
}
