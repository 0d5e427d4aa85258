import type { SessionEventMap } from '@tabwright/protocol'

const count = (n: number): string => (n === 1 ? '1 file' : `${n} files`)

/** What a person had begun to write to a folder of their disk. */
export function folderStartedText({ folder, files }: SessionEventMap['folder.started']): string {
  const gone = files.filter(({ hash }) => hash === null).length
  const parts = [...(files.length > gone ? [`${count(files.length - gone)} to write`] : []), ...(gone > 0 ? [`${gone} to remove`] : [])]
  return `Writing to the folder ${folder} of your disk: ${parts.join(', ')}.`
}

/** What came of it. */
export function folderEndedText({ folder, written, removed, failed }: SessionEventMap['folder.ended']): string {
  const parts = [...(written > 0 ? [`${count(written)} written`] : []), ...(removed > 0 ? [`${count(removed)} removed`] : [])]
  const done = parts.length === 0 ? `Nothing was written to the folder ${folder}.` : `In the folder ${folder}: ${parts.join(', ')}.`
  const [first] = failed
  if (first === undefined) return done
  const rest = failed.length > 1 ? ` and ${failed.length - 1} more` : ''
  return `${done} Left as it is there: ${first.path}${rest}, it ${first.why}.`
}
