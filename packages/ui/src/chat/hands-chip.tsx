import type { ReactNode } from 'react'
import {
  EMBEDDED,
  handsName,
  isSameHands,
  keyOfHands,
  type ContainerState,
  type HandsChoice,
  type OfferedDirectory,
} from '@tabwright/protocol'
import { Box, ChevronDown, FolderDot, FolderX } from 'lucide-react'
import { MenuButton } from '../layout/menu-button'
import styles from './status-line.module.css'

export interface HandsChipProps {
  /** Where commands run. */
  readonly hands: HandsChoice
  /** Directories that are offered at this moment. */
  readonly offered: readonly OfferedDirectory[]
  /** The WebContainer of this page. Undefined: it cannot have one. */
  readonly container: ContainerState | undefined
  readonly onHands: (hands: HandsChoice) => void
}

/** Shows where commands run, and changes it. A directory is listed only while its worker is there. */
export function HandsChip({ hands, offered, container, onHands }: HandsChipProps): ReactNode {
  const directories = offered.map((one): HandsChoice => ({ ...one, type: 'remote' }))
  const choices = [EMBEDDED, ...(container === undefined ? [] : [WEBCONTAINERS]), ...directories]
  const isHere = choices.some((one) => isSameHands(one, hands))
  const entries = choices.map((one) => ({ id: keyOfHands(one), label: handsName(one), about: aboutOf(one), onPick: () => onHands(one) }))
  const name = `${handsName(hands)}${isHere ? '' : away(hands)}${hands.type === 'webcontainers' ? stepOf(container) : ''}`
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

const away = ({ type }: HandsChoice): string => (type === 'remote' ? ', not connected' : ', not to be had here')

const WEBCONTAINERS: HandsChoice = { type: 'webcontainers' }

/** What it waits for stands on the screen. */
function stepOf(container: ContainerState | undefined): string {
  if (container?.type === 'booting') return `: ${container.step}…`
  return container?.type === 'failed' ? ', not started' : ''
}

/** What is said of a place where it is chosen. */
export function aboutOf(choice: HandsChoice): string {
  if (choice.type === 'webcontainers')
    return 'Real node and npm by StackBlitz, with its network. Each command asks unless a rule of yours allows it'
  if (choice.type !== 'remote') return 'No machine but this browser; all of it can be undone'
  const how = choice.isConfined ? 'confined by bubblewrap: no network' : 'NOT confined: commands have all rights of whoever offers it'
  return `A real directory, ${how}. Each command asks unless a rule of yours allows it`
}
