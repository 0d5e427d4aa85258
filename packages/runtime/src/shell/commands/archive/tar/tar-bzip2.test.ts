import { compareLines } from '../../../../../../testkit/src/command-lines'

// prettier-ignore
compareLines('tar with bzip2', [
  'tar cjf a.tbz --sort=name --mtime=2020-01-01 --owner=0 --group=0 --numeric-owner src && tar tjf a.tbz && md5sum < a.tbz',
  String.raw`tar cjf a.tar.bz2 data/words.txt && tar xf a.tar.bz2 -O | head -2; tar tvjf a.tar.bz2 | awk '{print $1,$3,$6}'`,
  'tar caf a.tar.bz2 README.md; file a.tar.bz2 | cut -d, -f1; tar tf a.tar.bz2',
  'tar cf - README.md | bzip2 | tar xjOf - | head -1',
  'tar --bzip2 -cf - README.md | tar -tjf -',
  'tar cf - README.md | bzip2 | tar tf -; echo $?',
  'tar cf a.tar README.md; tar tjf a.tar; echo $?',
  'tar czf a.tgz README.md; tar tjf a.tgz; echo $?',
  'tar -I bzip2 -cf a.tbz README.md; tar -I bzip2 -tf a.tbz',
  'tar cjf a.tbz README.md; tar rf a.tbz data/words.txt; echo $?',
  'tar cjf a.tbz README.md; tar rjf a.tbz data/words.txt; echo $?',
  'tar cjf a.tbz README.md; tar xzf a.tbz; echo $?',
], { needs: ['tar', 'bzip2'] })
