/** Ends a run of npm in its words: `npm error code …` and a line for each sentence. */
export class NpmError extends Error {
  readonly code: string
  readonly lines: readonly string[]

  constructor(code: string, ...lines: readonly string[]) {
    super(lines.join('\n'))
    this.name = 'NpmError'
    this.code = code
    this.lines = lines
  }
}

/** What npm does elsewhere and not in this sandbox, by name, with the hands that can. */
export function notHere(what: string): NpmError {
  return new NpmError('ENOTSUP', `${what} is not in this sandbox’s npm. ${OTHER_HANDS}`)
}

/** Who can run what this sandbox cannot. */
export const OTHER_HANDS =
  'WebContainers can, where the person can choose them as the place of this session’s commands; so can a directory of a machine: start `tabwright hands <folder>` there.'
