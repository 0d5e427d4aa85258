import { CommandError, NotImplemented } from '../command'
import { folderName, lastName } from '../files/look'
import type { FindRun, Item, Test } from './find-item'

/** So many bytes of arguments go into one command. */
const ROOM = 131_072

/** Words of -exec, up to its end. */
export interface ExecWords {
  readonly words: readonly string[]
  readonly isGathering: boolean
}

/** Takes the words of a command from the line. @throws CommandError */
function execWords(name: string, rest: string[]): ExecWords {
  const end = rest.findIndex((word, i) => word === ';' || (word === '+' && i > 0 && rest[i - 1] === '{}'))
  if (end <= 0) throw new CommandError(`missing argument to \`${name}'`)
  const words = rest.slice(0, end)
  const isGathering = rest[end] === '+'
  rest.splice(0, end + 1)
  if (isGathering && words.filter((word) => word.includes('{}')).length > 1)
    throw new CommandError(`Only one instance of {} is supported with ${name} ... +`)
  return { words: isGathering ? words.slice(0, -1) : words, isGathering }
}

function placeOf(name: string, { path }: Item): { readonly word: string; readonly folder: string | undefined } {
  if (name === '-exec') return { word: path, folder: undefined }
  const last = lastName(path)
  return { word: last === '/' ? '/' : `./${last}`, folder: path.includes('/') ? folderName(path) : '.' }
}

/** `-exec`, `-execdir` with `;` or `+`. */
export function execTest(name: string, rest: string[], run: FindRun): Test {
  if (name === '-ok' || name === '-okdir') throw new NotImplemented(`the action ${name}`)
  const { words, isGathering } = execWords(name, rest)
  const start = async (argv: readonly string[], folder: string | undefined): Promise<boolean> => {
    await run.out.flush()
    const code = await run.call.exec(argv, folder === undefined ? {} : { cwd: run.call.at(folder) })
    return code === 0
  }
  if (!isGathering)
    return (item) => {
      const { word, folder } = placeOf(name, item)
      return start(
        words.map((one) => one.replaceAll('{}', () => word)),
        folder,
      )
    }
  const gathered: string[] = []
  let size = 0
  let where: string | undefined
  const flush = async (): Promise<void> => {
    if (gathered.length === 0) return
    const argv = [...words, ...gathered.splice(0)]
    size = 0
    if (!(await start(argv, where))) run.code = 1
  }
  run.endings.push(flush)
  return async (item) => {
    const { word, folder } = placeOf(name, item)
    if (folder !== where || size > ROOM) await flush()
    where = folder
    gathered.push(word)
    size += word.length + 1
    return true
  }
}
