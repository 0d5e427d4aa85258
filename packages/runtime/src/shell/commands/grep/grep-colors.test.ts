import { compareLines } from '../../../../../testkit/src/command-lines'

// prettier-ignore
compareLines('colours of grep, pipes of rg, programs of tar', [
  String.raw`GREP_COLORS='mt=01;32' grep --color=always fig data/words.txt`,
  String.raw`GREP_COLORS='ms=01;32:mc=33' grep -C1 -nb --color=always date data/words.txt`,
  String.raw`GREP_COLORS='ms=01;32:mc=33' grep -vC1 -n --color=always -e fig -e a data/words.txt`,
  String.raw`GREP_COLORS='fn=34:ln=33:se=36:bn=31' grep -nHb --color=always fig data/words.txt`,
  String.raw`GREP_COLORS='ne' grep -nH --color=always -o fig data/words.txt`,
  String.raw`GREP_COLORS='mt=x:fn=1' grep -H --color=always fig data/words.txt`,
  String.raw`GREP_COLORS='ms=' grep -H --color=always fig data/words.txt`,
  String.raw`GREP_COLOR='01;32' grep --color=always fig data/words.txt`,
  String.raw`GREP_COLORS='mt=01;32' grep fig data/words.txt`,
  String.raw`GREP_COLORS='fn=' grep -c --color=always fig data/words.txt data/people.tsv`,
  String.raw`rg -a x <(printf 'a\0x\n')`,
  String.raw`rg x <(printf 'b\nx\n')`,
  String.raw`rg -c x <(printf 'b\nx\n')`,
  'rg x nosuch; echo $?',
  'tar -I gzip -cf a.tgz README.md; tar -I gzip -tf a.tgz; tar tzf a.tgz; file a.tgz | cut -d, -f1',
  'tar --use-compress-program=gzip -cf a.tgz README.md; tar xzf a.tgz; echo $?',
  'tar cf a.tgz -I gzip data/words.txt; tar -tf a.tgz',
], { needs: ['grep', 'rg', 'tar'] })
