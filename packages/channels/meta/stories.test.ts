import { commentStories } from '../testing/commentStories.ts';
import { metaComments } from './testing/comments.ts';

commentStories('meta, a page', metaComments('messenger'));
commentStories('meta, Instagram', metaComments('instagram'));
