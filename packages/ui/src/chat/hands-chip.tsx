import type { ReactNode } from 'react'
import { EMBEDDED, handsName, isSameHands, keyOfHands, type HandsChoice, type OfferedDirectory } from '@tabwright/protocol'
import { Box, ChevronDown, FolderDot, FolderX } from 'lucide-react'
import { MenuButton } from '../layout/menu-button'
import styles from './status-line.module.css'

export interface HandsChipProps {
  /** Where commands run. */
  readonly hands: HandsChoice
  /** Directories that are offered at this moment. */
  readonly offered: readonly OfferedDirectory[]
  readonly onHands: (hands: HandsChoice) => void
}

/** Shows where commands run, and changes it. A directory is listed only while its worker is there. */
export function HandsChip({ hands, offered, onHands }: HandsChipProps): ReactNode {
  const directories = offered.map((one): HandsChoice => ({ ...one, type: 'remote' }))
  const choices = [EMBEDDED, ...directories]
  const isHere = choices.some((one) => isSameHands(one, hands))
  const entries = choices.map((one) => ({ id: keyOfHands(one), label: handsName(one), about: aboutOf(one), onPick: () => onHands(one) }))
  const name = `${handsName(hands)}${isHere ? '' : ', not connected'}`
  const isOpen = hands.type === 'remote' && !hands.isConfined
  const Icon = hands.type !== 'remote' ? Box : isHere ? FolderDot : FolderX
  return (
    <MenuButton
      label={`Commands run in: ${name}${isOpen ? ', not confined' : ''}`}
      className={`${styles['model']} ${styles['hands']} ${isOpen || !isHere ? styles['warned'] : ''}`}
      side="top"
      align="end"
      entries={entries}
      chosen={keyOfHands(hands)}
    >
      <Icon size={13} aria-hidden />
      <span className={styles['handsName']}>
        {name}
        {isOpen && ' · not confined'}
      </span>
      <ChevronDown size={12} aria-hidden />
    </MenuButton>
  )
}

/** What is said of a place where it is chosen. */
export function aboutOf(choice: HandsChoice): string {
  if (choice.type !== 'remote') return 'No machine but this browser; all of it can be undone'
  const how = choice.isConfined ? 'confined by bubblewrap: no network' : 'NOT confined: commands have all rights of whoever offers it'
  return `A real directory, ${how}. Each command asks unless a rule of yours allows it`
}
