import { ArrowDownUp } from 'lucide-react'
import { type JSX, useRef } from 'react'
import { t } from '../language'
import { MenuButton, type MenuEntry } from '../layout/menu-button'
import { FileInputs, type FileInputsHandle } from './file-inputs'
import { outgoingAt, type IncomingFiles, type OutgoingFiles } from './incoming'
import { canLinkFolders, folderWords } from './pick-folder'
import css from './transfer.module.css'

export interface TransferMenuProps {
  /** The file that the person has before them, or a folder, ending in `/`. */
  readonly focused: string | undefined
  readonly readOnly: boolean
  readonly onImport: (files: IncomingFiles) => void
  readonly onExport: (what: OutgoingFiles) => void
  /** The browser refused what was chosen. */
  readonly onFailed: (error: unknown) => void
  /** The folder of the disk that the files came from. */
  readonly folder?: LinkedFolderEntry | undefined
}

/** What can be done with the linked folder. */
export interface LinkedFolderEntry {
  readonly name: string
  /** The browser forgot what the person allowed: it has to be asked again. */
  readonly isAsleep: boolean
  readonly onWrite: () => void
  /** Takes in what its `.gitignore` files leave out, too. */
  readonly onIgnored: () => void
}

/** Brings files into the workspace and takes them out. */
export function TransferMenu({ focused, readOnly, onImport, onExport, onFailed, folder }: TransferMenuProps): JSX.Element {
  const inputs = useRef<FileInputsHandle>(null)
  const entries: readonly MenuEntry[] = [
    ...(readOnly
      ? []
      : [
          { id: 'files', label: t('Import files or an archive…'), onPick: () => inputs.current?.files() },
          {
            id: 'folder',
            label: t('Import a folder…'),
            about: folderWords(canLinkFolders()),
            onPick: () => inputs.current?.folder(),
          },
          ...(folder === undefined ? [] : [writeEntry(folder), ignoredEntry(folder)]),
        ]),
    ...focusedEntries(focused, onExport),
    { id: 'patch', label: t('Download changes as a patch'), onPick: () => onExport({ type: 'patch' }) },
    { id: 'everything', label: t('Download everything (zip)'), onPick: () => onExport({ type: 'everything' }) },
  ]
  return (
    <>
      <MenuButton label={t('Import and export')} className={css.menu} align="end" entries={entries}>
        <ArrowDownUp size={16} aria-hidden="true" />
      </MenuButton>
      <FileInputs ref={inputs} onFiles={onImport} onFailed={onFailed} />
    </>
  )
}

const shortName = (name: string): string => (name.length > 40 ? `${name.slice(0, 40)}…` : name)

function ignoredEntry({ name, onIgnored }: LinkedFolderEntry): MenuEntry {
  return {
    id: 'ignored',
    label: t('Import ignored files of {name}', { name: shortName(name) }),
    about: t('All of the folder again, with what its .gitignore leaves out.'),
    onPick: onIgnored,
  }
}

function writeEntry({ name, isAsleep, onWrite }: LinkedFolderEntry): MenuEntry {
  const shown = shortName(name)
  if (!isAsleep) return { id: 'write', label: t('Write changes to {shown}…', { shown }), onPick: onWrite }
  return {
    id: 'write',
    label: t('Reconnect {shown}…', { shown }),
    about: t('To write changes to it: the browser asks you again.'),
    onPick: onWrite,
  }
}

function focusedEntries(focused: string | undefined, onExport: TransferMenuProps['onExport']): readonly MenuEntry[] {
  return outgoingAt(focused ?? '').map((what) => ({
    id: what.type,
    label:
      what.type === 'file' ? t('Download {path}', { path: lastOf(what.path) }) : t('Download {path}/ (zip)', { path: lastOf(what.path) }),
    onPick: () => onExport(what),
  }))
}

const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
