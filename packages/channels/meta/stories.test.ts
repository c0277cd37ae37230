import { commentStories } from '../testing/commentStories.ts';
import { metaComments } from '../testing/metaComments.ts';

commentStories('meta, a page', metaComments('messenger'));
commentStories('meta, Instagram', metaComments('instagram'));
