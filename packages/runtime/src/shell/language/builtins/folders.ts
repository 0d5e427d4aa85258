import { resolvePath, type TreeNode } from '../../tree/tree-node'
import { FsError } from '../../tree/fs-error'
import { errnoText } from '../../tree/errno-text'
import type { Runner } from '../runner'
import { ShellError } from '../shell-error'
import type { Builtin } from './builtin'
import { builtinOptions } from './options'

/** Goes to a folder. @throws ShellError in the words of `cd` */
function enterFolder(runner: Runner, folder: string, isPhysical = false): void {
  const { state, system } = runner
  const path = resolvePath(state.cwd, folder)
  let node: TreeNode | undefined
  try {
    const real = system.tree.realpath(isPhysical ? (folder.startsWith('/') ? folder : `${state.cwd}/${folder}`) : path)
    node = system.tree.find(real)
    if (node?.type !== 'folder') throw new FsError('ENOTDIR', 'chdir', path)
    if ((node.mode & 0o100) === 0) throw new FsError('EACCES', 'chdir', path)
    stand(runner, isPhysical ? real : path)
  } catch (thrown) {
    if (thrown instanceof FsError) throw new ShellError(`${folder}: ${errnoText(thrown)}`)
    throw thrown
  }
}

function stand(runner: Runner, path: string): void {
  const { state } = runner
  const { vars } = state
  vars.assign('OLDPWD', vars.text('PWD') ?? state.cwd)
  state.cwd = path
  vars.assign('PWD', path)
  for (const name of ['PWD', 'OLDPWD']) {
    const variable = vars.get(name)
    if (variable !== undefined) variable.attributes.exported = true
  }
}

async function cd(runner: Runner, args: readonly string[]): Promise<number> {
  const { letters, rest } = builtinOptions(args, 'LPe', { usage: 'cd: usage: cd [-L|[-P [-e]] [-@]] [dir]' })
  if (rest.length > 1) throw new ShellError('too many arguments')
  const { vars } = runner.state
  const isPhysical =
    letters.findLast((letter) => letter === 'P' || letter === 'L') === 'P' || (runner.state.has('physical') && !letters.includes('L'))
  let [folder] = rest
  let isTold = false
  if (folder === undefined) {
    folder = vars.text('HOME')
    if (folder === undefined) throw new ShellError('HOME not set')
  } else if (folder === '-') {
    folder = vars.text('OLDPWD')
    if (folder === undefined) throw new ShellError('OLDPWD not set')
    isTold = true
  }
  if (folder === '') return 0
  const search = /^\.{0,2}\/|^\.\.?$/.test(folder) ? undefined : vars.text('CDPATH')
  for (const place of search?.split(':') ?? []) {
    const path = resolvePath(runner.state.cwd, `${place === '' ? '.' : place}/${folder}`)
    if (runner.system.tree.find(path)?.type !== 'folder') continue
    enterFolder(runner, path, isPhysical)
    if (place !== '') await runner.write(`${runner.state.cwd}\n`)
    return 0
  }
  const named = folderNamed(runner, folder)
  enterFolder(runner, named ?? folder, isPhysical)
  if (isTold || named !== undefined) await runner.write(`${runner.state.cwd}\n`)
  return 0
}

/** `shopt -s cdable_vars`: a word that is no folder may be the name of a variable that holds one. */
function folderNamed({ state, system }: Runner, word: string): string | undefined {
  if (!state.shopt.has('cdable_vars') || system.tree.find(resolvePath(state.cwd, word)) !== undefined) return undefined
  return state.vars.text(word)
}

async function pwd(runner: Runner, args: readonly string[]): Promise<number> {
  const { letters } = builtinOptions(args, 'LP')
  const isPhysical = letters.length > 0 ? letters.at(-1) === 'P' : runner.state.has('physical')
  const { cwd } = runner.state
  const isThere = runner.system.tree.find(cwd)?.type === 'folder'
  await runner.write(`${isPhysical && isThere ? runner.system.tree.realpath(cwd) : cwd}\n`)
  return 0
}

function shortened(runner: Runner, path: string, isLong: boolean): string {
  const home = runner.state.vars.text('HOME') ?? ''
  if (isLong || home === '' || home === '/') return path
  return path === home || path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
}

function entryOf(runner: Runner, word: string): number {
  const all = runner.state.folders.length + 1
  const index = word.startsWith('+') ? Number(word.slice(1)) : all - 1 - Number(word.slice(1))
  if (index < 0 || index >= all) throw new ShellError(`${word}: directory stack index out of range`)
  return index
}

async function dirs(runner: Runner, args: readonly string[]): Promise<number> {
  const { state } = runner
  const place = args.find((word) => /^[+-]\d+$/.test(word))
  const { letters } = builtinOptions(
    args.filter((word) => word !== place),
    'clpv',
  )
  if (letters.includes('c')) {
    state.folders = []
    return 0
  }
  const all = [state.cwd, ...state.folders].map((path) => shortened(runner, path, letters.includes('l')))
  if (place !== undefined) await runner.write(`${all[entryOf(runner, place)] ?? ''}\n`)
  else if (letters.includes('v')) await runner.write(all.map((path, i) => `${String(i).padStart(2)}  ${path}\n`).join(''))
  else await runner.write(letters.includes('p') ? all.map((path) => `${path}\n`).join('') : `${all.join(' ')}\n`)
  return 0
}

async function pushd(runner: Runner, args: readonly string[]): Promise<number> {
  const { state } = runner
  const staysHere = args.includes('-n')
  const [word] = args.filter((one) => one !== '-n' && one !== '--')
  const all = [state.cwd, ...state.folders]
  if (word === undefined) {
    const [second, ...others] = state.folders
    if (second === undefined) throw new ShellError('no other directory')
    const { cwd } = state
    enterFolder(runner, second)
    state.folders = [cwd, ...others]
  } else if (/^[+-]\d+$/.test(word)) {
    const index = entryOf(runner, word)
    const [first = '/', ...others] = [...all.slice(index), ...all.slice(0, index)]
    if (!staysHere) enterFolder(runner, first)
    state.folders = others
  } else if (staysHere) state.folders = [resolvePath(state.cwd, word), ...state.folders]
  else {
    const { cwd } = state
    enterFolder(runner, word)
    state.folders = [cwd, ...state.folders]
  }
  return dirs(runner, [])
}

async function popd(runner: Runner, args: readonly string[]): Promise<number> {
  const { state } = runner
  const staysHere = args.includes('-n')
  const [word] = args.filter((one) => one !== '-n' && one !== '--')
  if (state.folders.length === 0) throw new ShellError('directory stack empty')
  if (word !== undefined && !/^[+-]\d+$/.test(word)) throw new ShellError(`${word}: invalid argument`)
  const index = word === undefined ? (staysHere ? 1 : 0) : entryOf(runner, word)
  if (index === 0) {
    const [next = '/', ...others] = state.folders
    enterFolder(runner, next)
    state.folders = others
  } else state.folders.splice(index - 1, 1)
  return dirs(runner, [])
}

/** Commands about the current folder. */
export const FOLDERS: readonly Builtin[] = [
  { names: ['cd'], usage: 'cd [-L|[-P [-e]] [-@]] [dir]', run: cd },
  { names: ['pwd'], usage: 'pwd [-LP]', run: pwd },
  { names: ['dirs'], usage: 'dirs [-clpv] [+N] [-N]', run: dirs },
  { names: ['pushd'], usage: 'pushd [-n] [+N | -N | dir]', run: pushd },
  { names: ['popd'], usage: 'popd [-n] [+N | -N]', run: popd },
]
