import { FolderOpen, Package } from 'lucide-react'
import { failureOf } from '@tabwright/protocol'
import { type JSX, useRef, useState } from 'react'
import { t } from '../language'
import { Button } from '../layout/button'
import { FileInputs, type FileInputsHandle } from './file-inputs'
import folderCss from './folder.module.css'
import type { IncomingFiles } from './incoming'
import { canLinkFolders, folderWords } from './pick-folder'
import css from './transfer.module.css'

/** A new session with files of the person's own. */
export function StartFromFiles({ onFiles }: { readonly onFiles: (files: IncomingFiles) => void }): JSX.Element {
  const inputs = useRef<FileInputsHandle>(null)
  const [problem, setProblem] = useState<string>()
  return (
    <div className={css.bring}>
      <Button look="plain" onPress={() => inputs.current?.folder()}>
        <FolderOpen size={14} aria-hidden /> {t('Open a folder…')}
      </Button>
      <Button look="plain" onPress={() => inputs.current?.files()}>
        <Package size={14} aria-hidden /> {t('Open a zip or tar…')}
      </Button>
      <FileInputs ref={inputs} archivesOnly onFiles={onFiles} onFailed={(error) => setProblem(failureOf(error).message)} />
      <p className={folderCss['means']} role={problem === undefined ? undefined : 'alert'}>
        {problem ?? folderWords(canLinkFolders())}
      </p>
    </div>
  )
}
