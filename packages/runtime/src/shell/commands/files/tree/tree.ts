import { lines } from '../../../streams/stream'
import { OutputBuffer } from '../../../streams/buffered'
import { NotImplemented, type Call, type Command } from '../../command'
import { printJson, printXml } from './tree-data'
import { TreeFields } from './tree-fields'
import { checkForms, countInto, reportOf, TreeText, type TreeCount } from './tree-print'
import { treeOfPaths, TreeScan, type Leaf } from './tree-scan'
import { treeOptions, type TreeOptions } from './tree-options'

const HELP = `Usage: tree [OPTION]... [DIRECTORY]...
shows folders and what is in them as a tree

  -a all  -d folders only  -l follows links  -f whole paths  -L LEVEL  -P PATTERN  -I PATTERN
  -i no lines  -Q quotes  -N as it is  -q ? for odd letters  -p permissions  -u user  -g group
  -s size  -h for people  --si  --du  -D date  --timefmt FORMAT  -F kinds  --inodes  --device
  -v -t -c -U -r --sort NAME  --dirsfirst  --filesfirst  --prune  --filelimit N  --gitignore
  --matchdirs  --ignore-case  --metafirst  --noreport  --fromfile  --charset X  -C -n  -J  -X  -o FILE
`

async function listed(call: Call, options: TreeOptions): Promise<readonly Leaf[]> {
  for (const flag of ['s', 'p', 'u', 'g', 'D', 'inodes', 'device', 'd', 'a', 'prune', 'gitignore'] as const)
    if (flag !== 'a' && options.has(flag)) throw new NotImplemented(`--fromfile with -${flag}`)
  if (options.include.length > 0 || options.exclude.length > 0 || options.level !== Infinity)
    throw new NotImplemented('--fromfile with -P, -I or -L')
  const roots: Leaf[] = []
  for (const root of options.roots) {
    const paths: string[] = []
    const input = root === '.' ? call.stdin : call.open(root)
    for await (const { text } of lines(input)) paths.push(text)
    roots.push(treeOfPaths(paths, root))
  }
  return roots
}

async function tree(call: Call): Promise<number> {
  const options = treeOptions(call.args)
  if (options.has('help') || options.has('version')) {
    await call.stdout.write(options.has('help') ? HELP : 'tree (Tabwright) agrees with tree 2.1.0\n')
    return 0
  }
  checkForms(options)
  const out = new OutputBuffer(options.output === undefined ? call.stdout : call.create(options.output))
  const put = (text: string): void => out.put(text)
  const fields = new TreeFields(call, options)
  const scan = new TreeScan(call, options)
  const roots = options.has('fromfile') ? await listed(call, options) : options.roots.map((root) => scan.root(root))
  const count: TreeCount = { folders: 0, files: 0, bytes: 0 }
  for (const root of roots) countInto(count, root)
  if (options.has('J')) printJson(roots, { options, fields, count, put })
  else if (options.has('X')) printXml(roots, { options, fields, count, put })
  else {
    const text = new TreeText(call, options, { fields, put })
    for (const root of roots) {
      text.print(root)
      if (out.isFull) await out.flush()
    }
    if (!options.has('noreport')) put(reportOf(count, options, fields))
  }
  await out.flush()
  return scan.hasFailed ? 2 : 0
}

/** Folders and what is in them as a tree. */
export const treeCommand: Command = { name: 'tree', summary: 'shows folders and what is in them as a tree', run: tree }
